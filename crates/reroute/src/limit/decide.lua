-- Admits one request for all keys, or none: the sliding window of reroute_core::window, in microseconds of this server's clock.
-- KEYS: a log for each limit. ARGV: for each its count, period and cell.
-- A log is a text of slots, "TIME:COUNT " each, the oldest first.
local SLOTS = 8
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local logs, answer, admitted = {}, {}, 1

for i, key in ipairs(KEYS) do
  local count, period = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  local log = { time = now, used = 0 }
  -- What somebody else wrote under this key is no log.
  local text = redis.pcall('GET', key)
  if type(text) == 'string' then
    for time, n in string.gmatch(text, '(%d+):(%d+) ') do
      log[#log + 1] = { tonumber(time), tonumber(n) }
    end
  end
  if #log > 0 then
    local ahead = log[#log][1] - now
    if ahead > period then
      -- The clock stepped back: the log goes with it.
      for _, slot in ipairs(log) do slot[1] = slot[1] - ahead end
      log.is_changed = true
    end
    log.time = math.max(now, log[#log][1])
  end
  while #log > 0 and log[1][1] + period <= log.time do table.remove(log, 1) end
  for _, slot in ipairs(log) do log.used = log.used + slot[2] end
  if log.used >= count then admitted = 0 end
  logs[i] = log
end

for i, key in ipairs(KEYS) do
  local count, period, cell = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local log = logs[i]
  if admitted == 1 then
    log.is_changed = true
    if #log > 0 and log[#log][1] == log.time then
      log[#log][2] = log[#log][2] + 1
    else
      log[#log + 1] = { log.time, 1 }
    end
    log.used = log.used + 1
    if #log > SLOTS then
      local at, least = 1, math.huge
      for j = 1, #log - 1 do
        local gap = log[j + 1][1] - log[j][1]
        if math.floor(log[j][1] / cell) == math.floor(log[j + 1][1] / cell) and gap < least then at, least = j, gap end
      end
      log[at + 1][2] = log[at + 1][2] + log[at][2]
      table.remove(log, at)
    end
  end
  if log.is_changed then
    local text = ''
    for _, slot in ipairs(log) do text = text .. string.format('%.0f:%.0f ', slot[1], slot[2]) end
    redis.call('SET', key, text, 'PX', math.ceil((log.time + period - now) / 1000))
  end
  local free_in = 0
  if #log > 0 then free_in = log[1][1] + period - now end
  answer[#answer + 1] = count - log.used
  answer[#answer + 1] = free_in
  answer[#answer + 1] = log.time
end

return { admitted, answer }
