"""The functions' layers in the cloud: dependencies and the shared code."""
