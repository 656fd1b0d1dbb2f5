#pragma once

/// ENSURE(condition): ends the process when a thing that only a bug can break is broken.
///
/// On in release: the outbox and the log make an abrupt end safe, a wrong state is not.
/// Never for input, network or disk; those are Results. One fact a line.

namespace sojourn {

/// Prints the broken condition and its place on standard error and aborts.
[[noreturn]] void ensure_failed(const char* condition, const char* file, int line);

}  // namespace sojourn

#define ENSURE(condition)                                       \
  do {                                                          \
    if (!(condition)) [[unlikely]] {                            \
      ::sojourn::ensure_failed(#condition, __FILE__, __LINE__); \
    }                                                           \
  } while (false)
