"""The icons of the interface: the one list from which the sprite is built."""

from typing import Final, Literal, get_args

Icon = Literal[
    "activity", "adjustments-horizontal", "alert-triangle", "apps", "arrow-down", "arrow-narrow-right",
    "arrow-right", "arrow-up", "arrows-maximize", "ban", "bolt", "box", "building", "calendar",
    "chart-area-line", "check", "chevron-down", "chevron-left", "chevron-right", "circle-check",
    "clock", "clock-exclamation", "clock-pause", "code", "copy", "device-desktop", "device-laptop",
    "device-mobile", "dots", "download", "external-link", "eye", "eye-off", "file-text", "file-zip", "flask-2",
    "heart-rate-monitor", "history", "infinity", "info-circle", "key", "key-off", "letter-r", "link",
    "list-details", "lock", "logout", "menu-2", "moon", "pencil", "player-play", "player-stop", "plus",
    "pointer", "progress", "refresh", "robot", "rocket", "rotate-clockwise", "rotate-2", "search", "settings", "share",
    "shield", "shield-check", "shield-lock", "shield-off", "sparkles", "sun", "terminal-2", "trash",
    "upload", "user", "user-check", "user-off", "user-plus", "users", "world", "x", "zzz",
]  # fmt: skip

ICONS: Final[tuple[str, ...]] = get_args(Icon)
