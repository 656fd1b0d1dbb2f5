/// What the disk takes to make one small append durable: write 4 KiB at the end of a file, then
/// fdatasync, one after the other.
///
///   disk_floor FILE SECONDS
///
/// Prints one line of JSON with microseconds.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "http_client.h"

int main(int argument_count, char** arguments) {
  using sojourn::bench::SteadyClock;
  if (argument_count != 3) {
    fmt::print(stderr, "usage: disk_floor FILE SECONDS\n");
    return 2;
  }
  constexpr std::size_t append_bytes = 4096;
  const int file = ::open(arguments[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) sojourn::bench::give_up("the file cannot be opened");
  const std::string page(append_bytes, 'd');
  std::vector<double> took_us;
  const auto end = SteadyClock::now() + std::chrono::duration<double>(std::atof(arguments[2]));
  while (SteadyClock::now() < end) {
    const auto start = SteadyClock::now();
    if (::write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        ::fdatasync(file) != 0) {
      sojourn::bench::give_up("the disk does not take it");
    }
    took_us.push_back(
        std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count());
  }
  ::close(file);
  ::unlink(arguments[1]);
  const std::size_t count = took_us.size();
  const double p50 = sojourn::bench::percentile(took_us, 0.5);
  const double p99 = sojourn::bench::percentile(took_us, 0.99);
  fmt::print(R"({{"count":{},"p50":{:.0f},"p99":{:.0f}}})"
             "\n",
             count, p50, p99);
}
