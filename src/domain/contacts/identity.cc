#include "domain/contacts/identity.h"

#include <tuple>

namespace sojourn::contacts {
namespace {

Identifier user(const std::string& value) {
  return {std::string(kinds::user_id), value};
}
Identifier anonymous(const std::string& value) {
  return {std::string(kinds::anonymous_id), value};
}

bool is_trusted(const events::Event& event) {
  return event.trust != events::Trust::browser_key;
}

/// `previousId` names a user id where there is one of that name, else an anonymous id (Segment's
/// alias call does not say which).
Resolution resolve_alias(const events::Event& event, const Links& links) {
  const Standing target = links.standing(user(event.user_id));
  Standing previous = links.standing(user(event.previous_id));
  const bool previous_is_user = previous.exists;
  if (!previous_is_user) previous = links.standing(anonymous(event.previous_id));

  Resolution resolution;
  resolution.contact = target.contact;
  resolution.links.push_back(user(event.user_id));
  if (previous.exists && previous.contact == target.contact) return resolution;
  const bool may_speak_for_previous = !previous.known || is_trusted(event);
  if (previous.exists && !target.exists && may_speak_for_previous) {
    // The new id is one more name of the contact that is there already.
    resolution.contact = previous.contact;
    return resolution;
  }
  if (!previous.exists) {
    resolution.links.push_back(anonymous(event.previous_id));
    return resolution;
  }
  // Aliasing known ids is a merge of two people: only a secret key may ask for it.
  if (previous.known && !is_trusted(event)) return resolution;
  if (target.exists && !is_trusted(event)) return resolution;
  resolution.merge = Merge{previous.contact, target.contact};
  return resolution;
}

Resolution resolve_user_and_anonymous(const events::Event& event, const Links& links) {
  const Standing known = links.standing(user(event.user_id));
  const Standing visitor = links.standing(anonymous(event.anonymous_id));
  Resolution resolution;
  resolution.contact = known.contact;
  resolution.links.push_back(user(event.user_id));

  const bool own = visitor.exists && visitor.contact == known.contact;
  if (own) return resolution;
  if (known.exists && !is_trusted(event)) {
    // A public key has no proof that this visitor is that person: no link, no protected traits.
    resolution.may_write_protected = false;
    return resolution;
  }
  resolution.links.push_back(anonymous(event.anonymous_id));
  const bool becomes_known = visitor.exists && !visitor.known && !known.exists;
  if (becomes_known) {
    resolution.contact = visitor.contact;
    return resolution;
  }
  // An anonymous contact with a history becomes the known one; a device that was linked to another
  // known contact is only re-pointed (PRODUCT 5).
  if (visitor.exists && !visitor.known) resolution.merge = Merge{visitor.contact, known.contact};
  return resolution;
}

}  // namespace

Resolution resolve(const events::Event& event, const Links& links) {
  if (event.contact != Hash128{}) {
    Resolution resolution;
    resolution.contact = {event.contact};
    return resolution;
  }
  if (event.type == events::EventType::alias) return resolve_alias(event, links);
  if (!event.user_id.empty() && !event.anonymous_id.empty()) {
    return resolve_user_and_anonymous(event, links);
  }
  const Identifier only =
      event.user_id.empty() ? anonymous(event.anonymous_id) : user(event.user_id);
  const Standing standing = links.standing(only);
  Resolution resolution;
  resolution.contact = standing.contact;
  resolution.links.push_back(only);
  // An anonymous id speaks for the contact that it was linked to; a user id alone does not.
  const bool foreign = !event.user_id.empty() && standing.exists && !is_trusted(event);
  resolution.may_write_protected = !foreign;
  return resolution;
}

const Claim& survivor(const Claim& a, const Claim& b) {
  const auto rank = [](const Claim& claim) {
    return std::tuple(!claim.known, claim.first_seen, claim.contact);
  };
  return rank(a) <= rank(b) ? a : b;
}

}  // namespace sojourn::contacts
