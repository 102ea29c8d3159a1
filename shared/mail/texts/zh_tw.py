"""Mails in Traditional Chinese."""

from shared.mail.texts import Letter, Texts

TEXTS = Texts(
    password_reset=Letter(
        subject="重設密碼",
        paragraphs=(
            "有人（可能是你本人）要求重設你在 {site} 的帳號密碼。",
            "連結在 30 分鐘內有效，只能使用一次。設定新密碼後，所有裝置都會登出。",
            "如果不是你本人操作，請忽略此郵件，你的密碼不會改變。",
        ),
        action="設定新密碼",
    ),
    email_verification=Letter(
        subject="確認你的電子郵件地址",
        paragraphs=(
            "{site} 的一個帳號填寫了此電子郵件地址。請確認它屬於你。連結在三天內有效。",
            "如果你在那裡沒有帳號，請忽略此郵件。",
        ),
        action="確認電子郵件地址",
    ),
    new_login=Letter(
        subject="你的帳號有新的登入",
        paragraphs=(
            "你在 {site} 的帳號在一台新裝置上登入。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請變更密碼，其他裝置會隨之登出。你可以在設定中關閉此類郵件。",
        ),
    ),
    password_changed=Letter(
        subject="你的密碼已變更",
        paragraphs=(
            "你在 {site} 的帳號密碼已變更，其他裝置均已登出。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請在登入頁透過「忘記密碼？」設定新密碼。",
        ),
    ),
    email_changed=Letter(
        subject="你的電子郵件地址已變更",
        paragraphs=(
            "你在 {site} 的帳號已改用另一個電子郵件地址，此地址不再屬於該帳號。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請聯絡 {site} 的營運者：此地址已不能用於重設密碼。",
        ),
    ),
    identity_linked=Letter(
        subject="已連結第三方登入",
        paragraphs=(
            "現在可以透過 {provider} 登入你在 {site} 的帳號。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請變更密碼，並在設定中移除該登入方式。",
        ),
    ),
    identity_removed=Letter(
        subject="已移除第三方登入",
        paragraphs=(
            "已無法再透過 {provider} 登入你在 {site} 的帳號。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請變更密碼，並在設定中檢查登入方式。",
        ),
    ),
    passkey_added=Letter(
        subject="已為你的帳號新增密碼金鑰",
        paragraphs=(
            "現在可以使用新的密碼金鑰登入你在 {site} 的帳號。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請變更密碼，並在設定中移除該密碼金鑰。",
        ),
    ),
    passkey_removed=Letter(
        subject="已從你的帳號移除密碼金鑰",
        paragraphs=(
            "已無法再使用於 {added} 新增的密碼金鑰登入你在 {site} 的帳號。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請變更密碼，並在設定中檢查密碼金鑰。",
        ),
    ),
    passkey_refused=Letter(
        subject="你帳號的密碼金鑰遭到拒絕",
        paragraphs=(
            "你在 {site} 的帳號於 {added} 新增的密碼金鑰似乎有副本，因此已遭拒絕。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "請在設定中移除該密碼金鑰，然後新增密碼金鑰。",
        ),
    ),
    totp_added=Letter(
        subject="已為你的帳號新增驗證器",
        paragraphs=(
            "現在使用密碼登入你在 {site} 的帳號時，需要輸入驗證器的驗證碼。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請變更密碼，並聯絡 {site} 的營運者移除該驗證器。",
        ),
    ),
    totp_removed=Letter(
        subject="已從你的帳號移除驗證器",
        paragraphs=(
            "登入你在 {site} 的帳號時，不再需要輸入驗證器的驗證碼。",
            "裝置：{device}\n網路位址：{address}\n時間：{time}",
            "如果不是你本人操作，請變更密碼，並在設定中重新設定驗證器。",
        ),
    ),
    open_link="請在瀏覽器中開啟此連結：",
    unknown_device="未知",
    footer="此郵件由 {site} 自動寄出，請勿回覆。",
)
