"""The icons of the interface: the one list from which the sprite is built."""

from typing import Final, Literal, get_args

Icon = Literal[
    "alert-triangle", "apps", "arrow-down", "arrow-left",
    "arrow-right", "arrow-up", "arrows-maximize", "ban", "bolt", "box", "brand-aws", "calendar",
    "chart-area-line", "check", "chevron-down", "chevron-right", "circle-check", "circle-dashed",
    "clock", "clock-exclamation", "code", "copy", "database", "device-desktop", "device-laptop",
    "dots", "download", "external-link", "eye", "eye-off", "file-certificate", "file-text", "file-zip",
    "filter", "flask-2", "folders", "history", "infinity", "info-circle", "key", "key-off", "letter-r",
    "lock", "lock-access", "logout", "menu-2", "moon", "package-export", "pencil",
    "player-play", "player-stop", "plug-connected", "plus", "pointer", "progress", "refresh",
    "robot", "rocket",
    "search", "settings", "share", "shield", "shield-check", "shield-off", "sparkles", "sun",
    "table", "terminal-2", "trash", "unlink", "upload", "user", "user-check", "user-off",
    "user-plus", "users", "variable", "world", "x", "zzz",
]  # fmt: skip

ICONS: Final[tuple[str, ...]] = get_args(Icon)
