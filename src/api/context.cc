#include "api/context.h"

#include "api/home_stream.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::size_t reader_threads = 2;
constexpr std::size_t waiter_threads = 2;
/// A browser that opens the app asks for ten things at once; more wait outside.
constexpr std::size_t queued_max = 256;
/// Each holds a body of up to 15 MB.
constexpr std::size_t pictures_queued_max = 8;

std::string make_identity_secret(const HashKey& master) {
  const HashKey low = derive_key(master, "identity secret 1");
  const HashKey high = derive_key(master, "identity secret 2");
  return "is_" + to_hex(Hash128{low.bytes}.view()) + to_hex(Hash128{high.bytes}.view());
}

}  // namespace

Context::Context(Dependencies dependencies)
    : runtime(dependencies.runtime),
      transfers(dependencies.transfers),
      sender_domains(dependencies.sender_domains),
      captured_mails(dependencies.captured_mails),
      provider_hooks(dependencies.provider_hooks),
      exchanges(dependencies.exchanges),
      real_clock(dependencies.real_clock),
      web_files(dependencies.web_files),
      random(std::move(dependencies.random)),
      settings(std::move(dependencies.settings)),
      keys(runtime.master_key()),
      sessions(runtime, real_clock, random),
      identity_secret(make_identity_secret(runtime.master_key())),
      readers(reader_threads, queued_max),
      waiters(waiter_threads, queued_max),
      pictures(1, pictures_queued_max),
      home_stream(std::make_unique<HomeStream>(*this)),
      sender_checks(dependencies.sender_checks) {}

Context::~Context() {
  // What runs on the workers uses the other members.
  home_stream->stop();
  readers.stop();
  waiters.stop();
  pictures.stop();
}

}  // namespace sojourn::api
