"""The response filter that keeps an app from setting the gate's cookies, or its neighbours'."""

from typing import Final

SCRIPT: Final = """
local function refused(line)
  local pair = string.match(line, "^[^;]*")
  local name = string.match(pair, "^%s*([^=]-)%s*=")
  if name == nil or name == "" then return true end
  name = string.gsub(string.gsub(string.lower(name), "^__host%-", ""), "^__secure%-", "")
  if string.find(name, "^gp_") then return true end
  for part in string.gmatch(string.sub(line, #pair + 1), "[^;]+") do
    local attribute = string.match(part, "^%s*([^=]-)%s*=") or string.match(part, "^%s*(.-)%s*$")
    if string.lower(attribute) == "domain" then return true end
  end
  return false
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local count = headers:getNumValues("set-cookie")
  if count == 0 then return end
  local kept = {}
  for i = 0, count - 1 do
    local line = headers:getAtIndex("set-cookie", i)
    if not refused(line) then kept[#kept + 1] = line end
  end
  if #kept == count then return end
  headers:remove("set-cookie")
  for _, line in ipairs(kept) do headers:add("set-cookie", line) end
end
"""
"""Drops a Set-Cookie with our names, with `Domain=`, or without a name (browsers send the
value of such a one where a name is expected). It decides nothing about access."""

FILTER_NAME: Final = "envoy.filters.http.lua"

SET_COOKIE_FILTER: Final = {
    "name": FILTER_NAME,
    "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
        "default_source_code": {"inline_string": SCRIPT},
    },
}

NOT_HERE: Final = {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute",
    "disabled": True,
}
