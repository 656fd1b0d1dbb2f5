#include "store/migrations/migrations.h"

namespace sojourn::store::migrations {
namespace {

#include "migration_texts.inc"

}  // namespace

std::span<const Migration> of_log() {
  return log_list;
}
std::span<const Migration> of_postgres() {
  return postgres_list;
}
std::span<const Migration> of_state() {
  return state_list;
}

}  // namespace sojourn::store::migrations
