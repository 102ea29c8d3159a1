"""Errors of projects and prompts."""

from shared.errors import AppError


class ProjectLimit(AppError):
    code, status = "project_limit", 403
    message = "You have as many projects as your account allows. Delete one first."


class PromptLimit(AppError):
    code, status = "prompt_limit", 403
    message = "You have as many prompts as your account allows. Delete one first."


class CommandTaken(AppError):
    code, status = "command_taken", 409
    message = "You have a prompt with this command. Choose another."
