#pragma once

/// One contact of the index as conditions ask for it: the slow path of scans, for questions
/// about behaviour that no scan of a column answers. Internal to this folder.

#include <vector>

#include <absl/container/flat_hash_map.h>

#include "domain/audience/scan.h"
#include "domain/segments/evaluate.h"

namespace sojourn::audience {

/// The time zones of contacts, each looked up once.
class Zones {
 public:
  explicit Zones(const Sources& sources);
  [[nodiscard]] const absl::TimeZone& of(Ordinal ordinal) const { return zones_[place(ordinal)]; }
  /// Contacts of one place have one zone; places are below count().
  [[nodiscard]] std::size_t place(Ordinal ordinal) const;
  [[nodiscard]] std::size_t count() const { return zones_.size(); }
  [[nodiscard]] const absl::TimeZone& at(std::size_t place) const { return zones_[place]; }

 private:
  const ValueColumn* column_;
  std::vector<absl::TimeZone> zones_;  ///< the workspace's first, then each that a contact has
  std::vector<std::uint32_t> places_;  ///< by code of the attribute
};

/// Answers for the contact that it was last pointed at. Knows of facts and the zone; the rest has
/// scans of its own.
class ContactReader final : public segments::NobodyView {
 public:
  ContactReader(const Sources& sources, const Zones& zones) : sources_(sources), zones_(zones) {}
  void point_at(Ordinal ordinal) {
    ordinal_ = ordinal;
    used_ = 0;
  }

  [[nodiscard]] absl::TimeZone zone() const override { return zones_.of(ordinal_); }
  [[nodiscard]] const facts::FactState* fact(const facts::FactId& id) const override;

 private:
  const Sources& sources_;
  const Zones& zones_;
  Ordinal ordinal_ = 0;
  // A question reads at most one fact a stage; kept so that their memory is used again.
  mutable facts::FactState states_[segments::stages_max];
  mutable std::size_t used_ = 0;
};

}  // namespace sojourn::audience
