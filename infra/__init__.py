"""Infrastructure code: migrations, operator commands, the local stack, deployment to AWS and Tencent Cloud."""
