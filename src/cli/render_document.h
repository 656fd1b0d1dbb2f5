#pragma once

/// `sojourn render --document`: a document of blocks, or a template's definition, as the message
/// that it would be, and what should be looked at in it. Without a server or a data folder.

#include <string>

namespace sojourn::cli {

struct RenderDocumentFlags {
  std::string document;  ///< file of a document (JSON or YAML) or of a definition of a template
  std::string data;      ///< file of a JSON object: `contact`, `event`…; empty: nothing is known
  std::string folder;    ///< workspace with brands, saved blocks and catalogs; empty: none
  std::string catalogs;  ///< folder with other catalogs than the workspace's; empty: those
  std::string language;  ///< BCP 47; empty: that of the contact
  std::string address;   ///< postal address of the workspace
  std::string at;        ///< the instant of sending, RFC 3339; empty: now
  bool check = false;    ///< print the checks instead of the HTML
  bool text = false;     ///< print the text part instead of the HTML
  bool json = false;     ///< print all as one JSON object, as `POST /api/v1/render` answers
};

/// Answers 0; 1 where the document cannot be rendered, or a check that was asked for is an error.
int render_document(const RenderDocumentFlags& flags);

}  // namespace sojourn::cli
