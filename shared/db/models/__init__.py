"""The tables. Every owned row carries its owner's id, so that every query can name the owner."""

from shared.db.models.account_token import AccountToken
from shared.db.models.audit_entry import AuditEntry
from shared.db.models.base import Base
from shared.db.models.conversation import Conversation
from shared.db.models.file import File
from shared.db.models.group_budget import GroupBudget
from shared.db.models.identity import Identity
from shared.db.models.imported_message import ImportedMessage
from shared.db.models.invite import Invite
from shared.db.models.message import Message, MessageChunk, MessageStep
from shared.db.models.model_config import ModelConfig
from shared.db.models.object_deletion import ObjectDeletion
from shared.db.models.offered_model import OfferedModel
from shared.db.models.outgoing_mail import OutgoingMail
from shared.db.models.pending_upload import PendingUpload
from shared.db.models.project import Project, Prompt
from shared.db.models.rate_limit import RateLimit
from shared.db.models.search_engine import SearchEngine
from shared.db.models.second_factor import LoginChallenge, Passkey, RecoveryCode, TotpSecret
from shared.db.models.share import Share
from shared.db.models.stage_settings import ChangedSettings
from shared.db.models.task_run import TaskRun
from shared.db.models.tool_server import ToolPolicy, ToolServer
from shared.db.models.usage import FailureDay, UsageDay
from shared.db.models.user import RefreshToken, User
from shared.db.models.user_settings import UserSettings
from shared.db.models.ws_connection import WsConnection

__all__ = [
    "AccountToken",
    "AuditEntry",
    "Base",
    "ChangedSettings",
    "Conversation",
    "FailureDay",
    "File",
    "GroupBudget",
    "Identity",
    "ImportedMessage",
    "Invite",
    "LoginChallenge",
    "Message",
    "MessageChunk",
    "MessageStep",
    "ModelConfig",
    "ObjectDeletion",
    "OfferedModel",
    "OutgoingMail",
    "Passkey",
    "PendingUpload",
    "Project",
    "Prompt",
    "RateLimit",
    "RecoveryCode",
    "RefreshToken",
    "SearchEngine",
    "Share",
    "TaskRun",
    "ToolPolicy",
    "ToolServer",
    "TotpSecret",
    "UsageDay",
    "User",
    "UserSettings",
    "WsConnection",
]
