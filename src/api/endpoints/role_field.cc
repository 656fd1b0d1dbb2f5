#include "api/endpoints/role_field.h"

#include <string>

#include "api/body_fields.h"

namespace sojourn::api {
namespace {

constexpr std::size_t role_bytes_max = 100;

}  // namespace

Result<Role> required_role(const Object& object, std::string_view field) {
  TRY(text, required_text(object, field, {.min = 0, .max = role_bytes_max}));
  const std::optional<Role> role = parse_role(text);
  if (role) return *role;
  return failure({.code = "unknown_value",
                  .message = "there is no such role",
                  .field = std::string(field),
                  .value = text,
                  .limit = "viewer, editor, admin, owner"});
}

}  // namespace sojourn::api
