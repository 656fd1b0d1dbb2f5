#pragma once

/// Phrases, as the tables of this folder write them, and the text in which they are looked for.

#include <span>
#include <string>
#include <string_view>

namespace sojourn::channels::inbound {

/// `text` in lower case (ASCII), each run of white space as one space: a phrase is found where a
/// line was broken inside it.
[[nodiscard]] std::string folded(std::string_view text);

/// How far apart the words on both sides of a `*` may be: within one sentence.
constexpr std::size_t phrase_gap_bytes_max = 60;

/// Whether `phrase` stands in `folded_text`. A `*` in it is anything of at most
/// phrase_gap_bytes_max bytes; everything else is itself.
[[nodiscard]] bool contains_phrase(std::string_view folded_text, std::string_view phrase);

[[nodiscard]] bool contains_any(std::string_view folded_text,
                                std::span<const std::string_view> phrases);

}  // namespace sojourn::channels::inbound
