#pragma once

/// The scans for single questions. Internal to this folder. Each answers for every ordinal below
/// index.size(); what it says of ordinals that stand for no contact means nothing.

#include "domain/audience/contact_reader.h"
#include "domain/audience/scan.h"

namespace sojourn::audience {

/// What the scans of one condition share.
struct ScanContext {
  explicit ScanContext(const Sources& from, Timestamp at) : sources(from), now(at), zones(from) {}
  ScanContext(const ScanContext&) = delete;
  ScanContext& operator=(const ScanContext&) = delete;

  /// Nobody, or everybody.
  [[nodiscard]] Bits all(bool value) const {
    return value ? sources.index.present() : Bits(sources.index.size());
  }

  const Sources& sources;
  const Timestamp now;
  const Zones zones;
};

[[nodiscard]] Bits scan(const segments::AttributeIs& question, const ScanContext& context);
[[nodiscard]] Bits scan(const segments::Did& question, const ScanContext& context);
[[nodiscard]] Bits scan(const segments::ScoreIs& question, const ScanContext& context);
[[nodiscard]] Bits scan(const segments::GradeIs& question, const ScanContext& context);
[[nodiscard]] Bits scan(const segments::Reachable& question, const ScanContext& context);
[[nodiscard]] Bits scan(const segments::ConsentIs& question, const ScanContext& context);

/// For questions about behaviour that is looked at contact by contact: only those who have the fact
/// are asked, as the answer is no for all others.
[[nodiscard]] Bits scan_holders(const segments::Condition& condition, const facts::FactId& fact,
                                const ScanContext& context);

}  // namespace sojourn::audience
