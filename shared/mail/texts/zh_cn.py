"""Mails in Simplified Chinese."""

from shared.mail.texts import Letter, Texts

TEXTS = Texts(
    password_reset=Letter(
        subject="重置密码",
        paragraphs=(
            "有人（可能是你本人）请求重置你在 {site} 的账号密码。",
            "链接在 30 分钟内有效，只能使用一次。设置新密码后，所有设备都会退出登录。",
            "如果不是你本人操作，请忽略此邮件，你的密码不会改变。",
        ),
        action="设置新密码",
    ),
    email_verification=Letter(
        subject="确认你的邮箱地址",
        paragraphs=(
            "{site} 的一个账号填写了此邮箱地址。请确认它属于你。链接在三天内有效。",
            "如果你在那里没有账号，请忽略此邮件。",
        ),
        action="确认邮箱地址",
    ),
    new_login=Letter(
        subject="你的账号有新的登录",
        paragraphs=(
            "你在 {site} 的账号在一台新设备上登录。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请更改密码，其他设备会随之退出登录。你可以在设置中关闭此类邮件。",
        ),
    ),
    password_changed=Letter(
        subject="你的密码已更改",
        paragraphs=(
            "你在 {site} 的账号密码已更改，其他设备均已退出登录。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请在登录页通过“忘记密码？”设置新密码。",
        ),
    ),
    email_changed=Letter(
        subject="你的邮箱地址已更改",
        paragraphs=(
            "你在 {site} 的账号已改用另一个邮箱地址，此地址不再属于该账号。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请联系 {site} 的运营者：此地址已不能用于重置密码。",
        ),
    ),
    identity_linked=Letter(
        subject="已关联第三方登录",
        paragraphs=(
            "现在可以通过 {provider} 登录你在 {site} 的账号。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请更改密码，并在设置中移除该登录方式。",
        ),
    ),
    identity_removed=Letter(
        subject="已移除第三方登录",
        paragraphs=(
            "已不能再通过 {provider} 登录你在 {site} 的账号。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请更改密码，并在设置中检查登录方式。",
        ),
    ),
    passkey_added=Letter(
        subject="已为你的账号添加通行密钥",
        paragraphs=(
            "现在可以使用新的通行密钥登录你在 {site} 的账号。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请更改密码，并在设置中移除该通行密钥。",
        ),
    ),
    passkey_removed=Letter(
        subject="已从你的账号移除通行密钥",
        paragraphs=(
            "已不能再使用于 {added} 添加的通行密钥登录你在 {site} 的账号。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请更改密码，并在设置中检查通行密钥。",
        ),
    ),
    passkey_refused=Letter(
        subject="你账号的通行密钥被拒绝",
        paragraphs=(
            "你在 {site} 的账号于 {added} 添加的通行密钥似乎存在副本，因此已被拒绝。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "请在设置中移除该通行密钥，然后添加新的通行密钥。",
        ),
    ),
    totp_added=Letter(
        subject="已为你的账号添加身份验证器",
        paragraphs=(
            "现在使用密码登录你在 {site} 的账号时，需要输入身份验证器的验证码。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请更改密码，并联系 {site} 的运营者移除该身份验证器。",
        ),
    ),
    totp_removed=Letter(
        subject="已从你的账号移除身份验证器",
        paragraphs=(
            "登录你在 {site} 的账号时，不再需要输入身份验证器的验证码。",
            "设备：{device}\n网络地址：{address}\n时间：{time}",
            "如果不是你本人操作，请更改密码，并在设置中重新设置身份验证器。",
        ),
    ),
    open_link="请在浏览器中打开此链接：",
    unknown_device="未知",
    footer="此邮件由 {site} 自动发送，请勿回复。",
)
