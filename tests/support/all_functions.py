"""All functions that answer HTTP, behind one address: `uvicorn tests.support.all_functions:app`."""

from functions.chat.app import app as chat_app
from functions.chat_stream.app import app as chat_stream_app
from functions.conversation.app import app as conversation_app
from functions.model_config.app import app as model_config_app
from functions.user.app import app as user_app
from tests.support.api import Gateway

app = Gateway(
    {
        "user": user_app,
        "model_config": model_config_app,
        "conversation": conversation_app,
        "chat": chat_app,
        "chat_stream": chat_stream_app,
    }
)
