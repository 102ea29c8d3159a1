"""Tests of the infrastructure code: local stack, deployment, operator commands, documents."""
