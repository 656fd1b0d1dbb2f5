#pragma once

/// Runs as answers show them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "domain/contacts/contact_id.h"
#include "domain/journeys/run.h"
#include "domain/reaction/rules.h"
#include "store/state.h"

namespace sojourn::api {

/// Writes objects of Run. What a run itself does not hold it reads where it is asked for first: why
/// it ended from its contact's journal, what a journey was that is gone from its last definition.
class RunWriter {
 public:
  RunWriter(store::StateReads& view, const reaction::Rules& rules) : view_(view), rules_(rules) {}

  /// One object of Run. Cheapest where runs of one contact follow each other.
  Result<void> write(JsonWriter& out, const contacts::ContactId& contact, const journeys::Run& run);

 private:
  struct Name {
    std::string key;
    std::string name;
  };
  /// Of a journey that is not in force.
  Result<Name> name_of(std::uint32_t journey);
  /// Why a run that is over ended, in words; empty where nothing is known, or to be said.
  Result<std::string> reason_of(const contacts::ContactId& contact, const journeys::Run& run);

  store::StateReads& view_;
  const reaction::Rules& rules_;
  std::optional<std::map<std::uint32_t, Name>> gone_;  ///< absent: not read yet

  // The journal of one contact, as far as it was read: newest first.
  contacts::ContactId contact_ = {};
  std::map<std::uint64_t, std::string> reasons_;  ///< by run
  std::optional<std::uint64_t> read_before_;      ///< the oldest line that was read
  std::size_t lines_read_ = 0;
  bool read_all_ = false;
};

}  // namespace sojourn::api
