"""Deployment to Tencent Cloud: functions on SCF, images and the SPA on COS."""
