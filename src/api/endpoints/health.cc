#include <fmt/format.h>

#include "api/endpoints/endpoints.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {
namespace {

/// Text format 0.0.4 of Prometheus.
class MetricsText {
 public:
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    write(name, help, "counter", value);
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    write(name, help, "gauge", value);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void write(std::string_view name, std::string_view help, std::string_view type,
             std::uint64_t value) {
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name,
                   help, type, value);
  }

  std::string text_;
};

}  // namespace

Answer healthz(Context&, const Call&) {
  return probe(true, "ok\n");
}

Answer readyz(Context& context, const Call&) {
  return context.runtime.ready() ? probe(true, "ready\n") : probe(false, "starting\n");
}

Answer metrics(Context& context, const Call&) {
  const runtime::Runtime::Gauges gauges = context.runtime.gauges();
  MetricsText out;
  out.gauge("sojourn_ready", "1 once sending may begin", context.runtime.ready() ? 1 : 0);
  out.gauge("sojourn_sending_stopped", "1 while all sending is stopped",
            context.runtime.sending().stopped ? 1 : 0);
  out.gauge("sojourn_log_queue_events", "Events that wait for the log", gauges.log_queue);
  out.gauge("sojourn_unapplied_events", "Events in the log that are not applied", gauges.unapplied);
  out.gauge("sojourn_outbox_waiting_messages", "Messages that are due and wait for a sender",
            gauges.outbox_waiting);
  out.gauge("sojourn_outbox_in_flight_messages", "Messages that are being handed over",
            gauges.outbox_in_flight);
  out.counter("sojourn_events_accepted_total", "Events taken since the start",
              gauges.events_accepted);
  out.counter("sojourn_events_repeated_total", "Events recognised as repeats",
              gauges.events_repeated);
  out.counter("sojourn_events_refused_total", "Events refused by full queues",
              gauges.events_refused);
  out.counter("sojourn_batches_total", "Transactions of the engine", gauges.batches);
  out.counter("sojourn_messages_sent_total", "Messages accepted by a channel's peer",
              gauges.messages_sent);
  return plain_text("text/plain; version=0.0.4; charset=utf-8", out.text());
}

}  // namespace sojourn::api::endpoints
