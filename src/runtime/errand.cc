#include "runtime/errand.h"

#include "base/bytes.h"
#include "domain/events/event_codec.h"

namespace sojourn::runtime {
namespace {

constexpr std::uint8_t append_event = 1;
constexpr std::uint8_t call_webhook = 2;

struct Writer {
  ByteWriter& out;

  void operator()(const effects::AppendEvent& errand) const {
    out.u8(append_event);
    out.string(events::encode(errand.event));
  }
  void operator()(const effects::CallWebhook& call) const {
    out.u8(call_webhook);
    out.string(call.key);
    out.hash(call.contact.hash);
    out.string(call.journey);
    out.unsigned_number(call.run);
    out.string(call.step);
    out.signed_number(call.visit);
    out.string(call.method);
    out.string(call.url);
    out.unsigned_number(call.headers.size());
    for (const auto& [name, value] : call.headers) {
      out.string(name);
      out.string(value);
    }
    out.string(call.body);
    out.signed_number(call.timeout.ms);
    out.signed_number(call.attempts);
  }
};

effects::CallWebhook read_call(ByteReader& in) {
  effects::CallWebhook call;
  call.key = in.string();
  call.contact.hash = in.hash();
  call.journey = in.string();
  call.run = in.unsigned_number();
  call.step = in.string();
  call.visit = static_cast<int>(in.signed_number());
  call.method = in.string();
  call.url = in.string();
  for (std::size_t i = in.count(); i > 0 && in.ok(); --i) {
    std::string name(in.string());
    call.headers.emplace_back(std::move(name), in.string());
  }
  call.body = in.string();
  call.timeout = {in.signed_number()};
  call.attempts = static_cast<int>(in.signed_number());
  return call;
}

}  // namespace

std::string encode(const Errand& errand) {
  ByteWriter out;
  std::visit(Writer{out}, errand);
  return out.take();
}

Result<Errand> decode_errand(std::string_view bytes) {
  ByteReader in(bytes);
  const auto damaged = [] {
    return failure("damaged_errand", "the store holds an errand that cannot be read");
  };
  const std::uint8_t kind = in.u8();
  if (kind == append_event) {
    TRY(event, events::decode_event(in.string()));
    if (!in.ok() || !in.at_end()) return damaged();
    return Errand(effects::AppendEvent{std::move(event)});
  }
  effects::CallWebhook call = read_call(in);
  if (kind != call_webhook || !in.ok() || !in.at_end()) return damaged();
  return Errand(std::move(call));
}

}  // namespace sojourn::runtime
