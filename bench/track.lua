-- wrk: single POST /v1/track calls of 380 bytes, each with a message id of its own.
-- Arguments after `--`: Basic credentials, a word that makes the ids of this run unique.
local head, before, between, after
local count = 0

function init(arguments)
  local tail = '","event":"Product Viewed","properties":{"path":"/products/a","referrer":"https://example.com/search",'
    .. '"product_id":"sku-17","price":17.5,"currency":"EUR"},"context":{"locale":"en-GB","userAgent":"'
  before = '{"messageId":"' .. arguments[2] .. '-'
  between = '","userId":"u'
  local size = #before + 12 + #between + 7 + #tail + 3
  after = tail .. string.rep("m", 380 - size) .. '"}}'
  head = "POST /v1/track HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic " .. arguments[1]
    .. "\r\nContent-Type: application/json\r\nContent-Length: 380\r\n\r\n" .. before
end

function request()
  count = count + 1
  return head .. string.format("%012d", count) .. between .. string.format("%07d", count * 7919 % 10000) .. after
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"failed":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration / 1e6,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
