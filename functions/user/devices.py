"""The device of a request, for its login."""

from typing import Annotated

from fastapi import Depends, Request

from functions.user.logins import Device
from shared.invocation import role_keys
from shared.web.dependencies import ClientIp

# Limits of the columns of a login.
_MAX_DEVICE, _MAX_ADDRESS = 200, 45


async def get_device(request: Request, client_ip: ClientIp) -> Device:
    headers = request.headers
    name = "".join(filter(str.isprintable, headers.get("user-agent", "")))
    language = headers.get("accept-language", "")
    return Device(name[:_MAX_DEVICE], client_ip[:_MAX_ADDRESS], language, role_keys(headers))


ClientDevice = Annotated[Device, Depends(get_device)]
