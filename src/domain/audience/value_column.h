#pragma once

/// One attribute of all contacts: each distinct value once, and for each contact the code of its
/// value. A question is asked of each distinct value; the contacts only look up its answer.
///
/// Values are kept as they are, also where nearly every contact has another: a question of order or
/// of a part of the text would otherwise read every contact's row from the disk, which takes
/// seconds where this takes a fraction of one.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "base/value.h"
#include "domain/audience/bits.h"

namespace sojourn::audience {

class ValueColumn {
 public:
  /// 0: the contact has no value.
  using Code = std::uint32_t;
  static constexpr Code absent = 0;

  ValueColumn();
  ValueColumn(const ValueColumn&) = delete;
  ValueColumn& operator=(const ValueColumn&) = delete;

  /// `value` is not null.
  void set(Ordinal ordinal, const Value& value);
  void clear(Ordinal ordinal);

  /// By ordinal; contacts beyond the end have no value.
  [[nodiscard]] std::span<const Code> codes() const { return codes_; }
  [[nodiscard]] Code code(Ordinal ordinal) const {
    return ordinal < codes_.size() ? codes_[ordinal] : absent;
  }
  /// Every code is below this.
  [[nodiscard]] std::size_t code_count() const { return ends_.size(); }
  /// Of a code other than `absent`.
  [[nodiscard]] Value value(Code code) const;
  /// The same of a value that is a text, without a copy; empty where it is none. Valid until the
  /// next change.
  [[nodiscard]] std::string_view text(Code code) const;
  /// `absent` where no contact has had the value.
  [[nodiscard]] Code find(const Value& value) const;
  /// Memory that the column takes.
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Hash {
    using is_transparent = void;
    const ValueColumn* column;
    std::size_t operator()(std::string_view bytes) const;
    std::size_t operator()(Code code) const { return operator()(column->encoded(code)); }
  };
  struct Equal {
    using is_transparent = void;
    const ValueColumn* column;
    bool operator()(Code a, Code b) const { return a == b; }
    bool operator()(Code a, std::string_view b) const { return column->encoded(a) == b; }
    bool operator()(std::string_view a, Code b) const { return a == column->encoded(b); }
  };

  [[nodiscard]] std::string_view encoded(Code code) const;
  /// Forgets values that no contact has any more.
  void compact();

  std::vector<Code> codes_;
  std::string pool_;                 ///< the encoded values by code, one after another
  std::vector<std::uint32_t> ends_;  ///< by code: where its value ends in the pool
  absl::flat_hash_set<Code, Hash, Equal> known_;
  std::size_t changes_ = 0;  ///< values that were replaced or removed since compact()
  std::string scratch_;
};

}  // namespace sojourn::audience
