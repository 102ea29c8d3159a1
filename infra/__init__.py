"""What runs beside the functions: migrations, the operator's commands, the local machine, the clouds."""
