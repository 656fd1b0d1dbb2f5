#include "runtime/sending_policies.h"

#include "domain/definitions/yaml.h"

namespace sojourn::runtime {

Result<policies::SendingPolicies> sending_policies(store::StateReads& reads) {
  TRY(definitions, reads.definitions());
  for (const store::DefinitionRecord& definition : definitions) {
    if (definition.kind != "workspace" || definition.archived) continue;
    const auto document = definitions::parse_yaml(definition.source);
    if (!document) continue;
    const auto policies = policies::read_sending_policies(document->value);
    if (policies) return *policies;
  }
  return policies::SendingPolicies();
}

}  // namespace sojourn::runtime
