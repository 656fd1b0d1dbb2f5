#pragma once

/// `sojourn render`: a Liquid template and its data to text, without a server or a data folder.

#include <string>

namespace sojourn::cli {

struct RenderFlags {
  std::string source;         ///< file of the template
  std::string data;           ///< file of a JSON object, what the template sees; empty: nothing
  std::string partials;       ///< folder of NAME.liquid, _NAME.liquid or NAME; empty: no partials
  std::string catalogs = {};  ///< folder with the catalogs of a workspace; empty: none
  bool strict = false;        ///< errors end the render instead of being printed
  bool html = false;          ///< outputs are escaped
  bool batch = false;         ///< questions from standard input instead, a JSON object a line
};

/// Prints the text. Reads and renders as Shopify Liquid does in its lax or strict mode: an error in
/// lax mode is a part of the text. Local times are those of TZ. Answers 0, or 1 where the template
/// or an input is wrong.
///
/// A batch reads `{"template", "data", "templates", "strict", "html"}`, of which the first is
/// required and `templates` are the partials by name, and answers each with a line `{"result"}` or
/// `{"error"}`; it answers 1 where a line was answered by an error.
int render(const RenderFlags& flags);

}  // namespace sojourn::cli
