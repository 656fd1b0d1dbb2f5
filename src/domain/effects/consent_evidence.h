#pragma once

/// By what a consent, or its end, can be shown: to which words somebody agreed, from where, and who
/// wrote it down (GDPR 7: the controller shall be able to demonstrate that consent was given).

#include <string>

namespace sojourn::effects {

struct ConsentEvidence {
  std::string basis = {};         ///< `consent`, `soft_opt_in`, `contract`…; empty: nobody said
  std::string wording = {};       ///< id of the words: `form/newsletter/3`; empty: none were shown
  std::string wording_hash = {};  ///< of the words as they were shown, hexadecimal; empty: none
  std::string ip = {};            ///< the network it came from; empty where unknown
  std::string user_agent = {};    ///< empty where unknown
  std::string actor = {};         ///< who wrote it down, where that was not the contact; empty else

  friend bool operator==(const ConsentEvidence&, const ConsentEvidence&) = default;
};

}  // namespace sojourn::effects
