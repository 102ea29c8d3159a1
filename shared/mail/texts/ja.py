"""Mails in Japanese."""

from shared.mail.texts import Letter, Texts

TEXTS = Texts(
    password_reset=Letter(
        subject="パスワードの再設定",
        paragraphs=(
            "{site} のアカウントのパスワード再設定が申請されました。",
            "リンクは 30 分間、1 回だけ有効です。新しいパスワードを設定すると、すべての端末からログアウトします。",
            "お心当たりがない場合は、このメールを無視してください。パスワードは変わりません。",
        ),
        action="新しいパスワードを設定",
    ),
    email_verification=Letter(
        subject="メールアドレスの確認",
        paragraphs=(
            "{site} のアカウントにこのメールアドレスが登録されました。ご自身のものであることを確認してください。",
            "リンクは 3 日間有効です。",
            "アカウントをお持ちでない場合は、このメールを無視してください。",
        ),
        action="アドレスを確認",
    ),
    new_login=Letter(
        subject="新しい端末からのログイン",
        paragraphs=(
            "{site} のアカウントに新しい端末からログインがありました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、パスワードを変更してください。他のすべての端末からログアウトします。",
            "このメールは設定で停止できます。",
        ),
    ),
    password_changed=Letter(
        subject="パスワードが変更されました",
        paragraphs=(
            "{site} のアカウントのパスワードが変更され、他のすべての端末からログアウトしました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、ログイン画面の「パスワードをお忘れですか？」から新しいパスワードを設定してください。",
        ),
    ),
    email_changed=Letter(
        subject="メールアドレスが変更されました",
        paragraphs=(
            "{site} のアカウントのメールアドレスが変更されました。このアドレスはアカウントから外れました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、{site} の運営者に連絡してください。このアドレスではパスワードを再設定できません。",
        ),
    ),
    identity_linked=Letter(
        subject="外部アカウントが連携されました",
        paragraphs=(
            "{site} のアカウントに {provider} でログインできるようになりました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、パスワードを変更し、設定で連携を解除してください。",
        ),
    ),
    identity_removed=Letter(
        subject="外部アカウントの連携が解除されました",
        paragraphs=(
            "{site} のアカウントに {provider} ではログインできなくなりました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、パスワードを変更し、設定で連携を確認してください。",
        ),
    ),
    passkey_added=Letter(
        subject="パスキーが追加されました",
        paragraphs=(
            "{site} のアカウントに、新しいパスキーでログインできるようになりました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、パスワードを変更し、設定でそのパスキーを削除してください。",
        ),
    ),
    passkey_removed=Letter(
        subject="パスキーが削除されました",
        paragraphs=(
            "{site} のアカウントに、{added} に追加されたパスキーではログインできなくなりました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、パスワードを変更し、設定でパスキーを確認してください。",
        ),
    ),
    passkey_refused=Letter(
        subject="パスキーが拒否されました",
        paragraphs=(
            "{site} のアカウントに {added} に追加されたパスキーは、複製されたおそれがあるため拒否されました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "設定でそのパスキーを削除し、新しいパスキーを追加してください。",
        ),
    ),
    totp_added=Letter(
        subject="認証アプリが設定されました",
        paragraphs=(
            "{site} のアカウントにパスワードでログインするには、認証アプリのコードが必要になりました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、パスワードを変更し、{site} の運営者に連絡してアプリの解除を依頼してください。",
        ),
    ),
    totp_removed=Letter(
        subject="認証アプリが解除されました",
        paragraphs=(
            "{site} のアカウントへのログインに、認証アプリのコードは不要になりました。",
            "端末: {device}\nネットワークアドレス: {address}\n日時: {time}",
            "お心当たりがない場合は、パスワードを変更し、設定画面でアプリを設定し直してください。",
        ),
    ),
    open_link="ブラウザで次のリンクを開いてください:",
    unknown_device="不明",
    footer="このメールは {site} から自動送信されています。返信はできません。",
)
