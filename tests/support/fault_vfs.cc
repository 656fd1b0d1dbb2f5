#include "support/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "base/ensure.h"

namespace sojourn::testing {
namespace {

constexpr std::size_t sector_bytes = 512;
constexpr std::size_t path_bytes_max = 512;
constexpr int shared_locks = SQLITE_SHM_NLOCK;

/// SplitMix64: small, and the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }

 private:
  std::uint64_t state_;
};

/// A change that is visible and not durable: bytes at an offset, or a cut to `offset`.
struct Change {
  std::size_t offset = 0;
  bool is_cut = false;
  std::string bytes;
};

void apply_change(std::string& image, const Change& change) {
  if (change.is_cut) {
    image.resize(std::min(image.size(), change.offset));
    return;
  }
  const std::size_t end = change.offset + change.bytes.size();
  if (image.size() < end) image.resize(end);
  std::memcpy(image.data() + change.offset, change.bytes.data(), change.bytes.size());
}

struct Handle;

struct File {
  std::string current;
  std::string synced;
  std::vector<Change> changes;
  bool is_durable = false;  ///< its name survives a crash

  std::vector<Handle*> holders;  ///< handles with a lock on the file
  std::vector<std::unique_ptr<char[]>> regions;
  int mapped_by = 0;
  std::array<int, shared_locks> shared_count{};
  std::array<Handle*, shared_locks> exclusive{};
};

/// What SQLite holds of an open file. `base` must come first.
struct Handle {
  sqlite3_file base;
  FaultVfs::Disk* disk;
  std::shared_ptr<File> file;
  std::string delete_on_close;
  std::uint64_t epoch;
  int lock_level = SQLITE_LOCK_NONE;
  bool is_mapped = false;
  unsigned shared_mask = 0;
};

enum class Call { open, read, write, cut, sync, remove, size, map };

int failure_code(Call call) {
  switch (call) {
    case Call::open:
      return SQLITE_CANTOPEN;
    case Call::read:
      return SQLITE_IOERR_READ;
    case Call::write:
      return SQLITE_IOERR_WRITE;
    case Call::cut:
      return SQLITE_IOERR_TRUNCATE;
    case Call::sync:
      return SQLITE_IOERR_FSYNC;
    case Call::remove:
      return SQLITE_IOERR_DELETE;
    case Call::size:
      return SQLITE_IOERR_FSTAT;
    case Call::map:
      return SQLITE_IOERR_SHMMAP;
  }
  return SQLITE_IOERR;
}

}  // namespace

struct FaultVfs::Disk {
  sqlite3_vfs vfs{};
  sqlite3_io_methods methods{};
  std::string name;

  mutable std::mutex mutex;  ///< guards everything below and all files
  std::map<std::string, std::shared_ptr<File>> files;
  std::uint64_t epoch = 0;  ///< number of crashes
  std::uint64_t calls = 0;
  std::uint64_t fault_at = 0;  ///< zero: none
  DiskFault fault = DiskFault::failed;
  Repeat repeat = Repeat::once;
  Sync sync = Sync::honest;
  std::uint64_t capacity = UINT64_MAX;
  std::uint64_t used = 0;
  Random random{0};
  sqlite3_int64 now_ms = 212'000'000'000'000;  ///< Julian milliseconds; grows by one a question

  /// SQLITE_OK, or what this call must answer.
  int meet_fault(Call call) {
    ++calls;
    const bool is_due =
        fault_at != 0 && (repeat == Repeat::once ? calls == fault_at : calls >= fault_at);
    if (!is_due) return SQLITE_OK;
    if (fault == DiskFault::failed) return failure_code(call);
    return call == Call::write || call == Call::map ? SQLITE_FULL : SQLITE_OK;
  }

  int resize_used(std::size_t before, std::size_t after) {
    if (after > before && used + (after - before) > capacity) return SQLITE_FULL;
    used = used + after - before;
    return SQLITE_OK;
  }

  template <typename KeepChange>
  void lose_power(const KeepChange& keep_change);
};

namespace {

Handle& handle_of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}
FaultVfs::Disk& disk_of(sqlite3_vfs* vfs) {
  return *static_cast<FaultVfs::Disk*>(vfs->pAppData);
}

/// A handle from before the last crash answers errors only.
int begin_call(const Handle& handle, Call call) {
  if (handle.epoch != handle.disk->epoch) return failure_code(call);
  return handle.disk->meet_fault(call);
}

void drop_locks(Handle& handle) {
  File& file = *handle.file;
  std::erase(file.holders, &handle);
  handle.lock_level = SQLITE_LOCK_NONE;
}

void drop_shared_memory(Handle& handle, bool is_last_to_delete) {
  File& file = *handle.file;
  for (int slot = 0; slot < shared_locks; ++slot) {
    const auto at = static_cast<std::size_t>(slot);
    if (handle.shared_mask & (1u << slot)) --file.shared_count[at];
    if (file.exclusive[at] == &handle) file.exclusive[at] = nullptr;
  }
  handle.shared_mask = 0;
  if (!handle.is_mapped) return;
  handle.is_mapped = false;
  if (--file.mapped_by == 0 && is_last_to_delete) file.regions.clear();
}

int x_close(sqlite3_file* raw) {
  Handle& handle = handle_of(raw);
  {
    const std::lock_guard lock(handle.disk->mutex);
    drop_locks(handle);
    drop_shared_memory(handle, false);
    if (!handle.delete_on_close.empty() && handle.epoch == handle.disk->epoch) {
      handle.disk->used -= handle.file->current.size();
      handle.disk->files.erase(handle.delete_on_close);
    }
  }
  handle.~Handle();
  return SQLITE_OK;
}

int x_read(sqlite3_file* raw, void* to, int size, sqlite3_int64 offset) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  if (const int code = begin_call(handle, Call::read); code != SQLITE_OK) return code;
  const std::string& bytes = handle.file->current;
  const auto from = std::min(static_cast<std::size_t>(offset), bytes.size());
  const auto count = std::min(static_cast<std::size_t>(size), bytes.size() - from);
  std::memcpy(to, bytes.data() + from, count);
  if (count == static_cast<std::size_t>(size)) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + count, 0, static_cast<std::size_t>(size) - count);
  return SQLITE_IOERR_SHORT_READ;
}

int x_write(sqlite3_file* raw, const void* from, int size, sqlite3_int64 offset) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  if (const int code = begin_call(handle, Call::write); code != SQLITE_OK) return code;
  File& file = *handle.file;
  Change change{.offset = static_cast<std::size_t>(offset),
                .is_cut = false,
                .bytes = {static_cast<const char*>(from), static_cast<std::size_t>(size)}};
  const std::size_t end = std::max(file.current.size(), change.offset + change.bytes.size());
  if (const int code = handle.disk->resize_used(file.current.size(), end); code != SQLITE_OK) {
    return code;
  }
  apply_change(file.current, change);
  file.changes.push_back(std::move(change));
  return SQLITE_OK;
}

int x_truncate(sqlite3_file* raw, sqlite3_int64 size) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  if (const int code = begin_call(handle, Call::cut); code != SQLITE_OK) return code;
  File& file = *handle.file;
  Change change{.offset = static_cast<std::size_t>(size), .is_cut = true, .bytes = {}};
  const std::size_t before = file.current.size();
  apply_change(file.current, change);
  handle.disk->used -= before - file.current.size();
  file.changes.push_back(std::move(change));
  return SQLITE_OK;
}

int x_sync(sqlite3_file* raw, int) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  File& file = *handle.file;
  if (const int code = begin_call(handle, Call::sync); code != SQLITE_OK) {
    // As Linux has it: the pages are marked clean and no later fsync writes them.
    file.changes.clear();
    return code;
  }
  if (handle.disk->sync == Sync::skipped) return SQLITE_OK;
  for (const Change& change : file.changes) apply_change(file.synced, change);
  file.changes.clear();
  file.is_durable = true;
  return SQLITE_OK;
}

int x_file_size(sqlite3_file* raw, sqlite3_int64* size) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  if (const int code = begin_call(handle, Call::size); code != SQLITE_OK) return code;
  *size = static_cast<sqlite3_int64>(handle.file->current.size());
  return SQLITE_OK;
}

int highest_level_of_others(const Handle& handle) {
  int highest = SQLITE_LOCK_NONE;
  for (const Handle* const other : handle.file->holders) {
    if (other != &handle) highest = std::max(highest, other->lock_level);
  }
  return highest;
}

int x_lock(sqlite3_file* raw, int level) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  if (handle.lock_level >= level) return SQLITE_OK;
  const int others = highest_level_of_others(handle);
  if (level == SQLITE_LOCK_SHARED && others >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
  if (level >= SQLITE_LOCK_RESERVED && others >= SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
  if (handle.lock_level == SQLITE_LOCK_NONE) handle.file->holders.push_back(&handle);
  if (level == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
    handle.lock_level = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }
  handle.lock_level = level;
  return SQLITE_OK;
}

int x_unlock(sqlite3_file* raw, int level) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  if (level == SQLITE_LOCK_NONE) {
    drop_locks(handle);
  } else {
    handle.lock_level = std::min(handle.lock_level, level);
  }
  return SQLITE_OK;
}

int x_check_reserved(sqlite3_file* raw, int* is_reserved) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  *is_reserved =
      std::max(handle.lock_level, highest_level_of_others(handle)) >= SQLITE_LOCK_RESERVED;
  return SQLITE_OK;
}

int x_file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int x_sector_size(sqlite3_file*) {
  return static_cast<int>(sector_bytes);
}
int x_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int x_shm_map(sqlite3_file* raw, int region, int size, int extend, void volatile** memory) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  *memory = nullptr;
  if (const int code = begin_call(handle, Call::map); code != SQLITE_OK) return code;
  File& file = *handle.file;
  if (!handle.is_mapped) {
    handle.is_mapped = true;
    ++file.mapped_by;
  }
  const auto index = static_cast<std::size_t>(region);
  if (index >= file.regions.size() && extend == 0) return SQLITE_OK;
  while (file.regions.size() <= index) {
    file.regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  *memory = file.regions[index].get();
  return SQLITE_OK;
}

bool is_free(const Handle& handle, std::size_t slot, bool exclusively) {
  const File& file = *handle.file;
  if (file.exclusive[slot] != nullptr && file.exclusive[slot] != &handle) return false;
  const int own = (handle.shared_mask >> slot) & 1;
  return !exclusively || file.shared_count[slot] == own;
}

int x_shm_lock(sqlite3_file* raw, int offset, int count, int flags) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  File& file = *handle.file;
  const bool exclusively = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  const bool unlocks = (flags & SQLITE_SHM_UNLOCK) != 0;
  const auto first = static_cast<std::size_t>(offset);
  const std::size_t end = first + static_cast<std::size_t>(count);
  for (std::size_t slot = first; slot < end && !unlocks; ++slot) {
    if (!is_free(handle, slot, exclusively)) return SQLITE_BUSY;
  }
  for (std::size_t slot = first; slot < end; ++slot) {
    const unsigned bit = 1u << slot;
    if (exclusively) {
      file.exclusive[slot] = unlocks ? nullptr : &handle;
    } else if (unlocks && (handle.shared_mask & bit) != 0) {
      --file.shared_count[slot];
      handle.shared_mask &= ~bit;
    } else if (!unlocks && (handle.shared_mask & bit) == 0) {
      ++file.shared_count[slot];
      handle.shared_mask |= bit;
    }
  }
  return SQLITE_OK;
}

void x_shm_barrier(sqlite3_file* raw) {
  // Taking the mutex orders memory as a fence does, in words that thread sanitizers know.
  const std::lock_guard lock(handle_of(raw).disk->mutex);
}

int x_shm_unmap(sqlite3_file* raw, int is_to_delete) {
  Handle& handle = handle_of(raw);
  const std::lock_guard lock(handle.disk->mutex);
  drop_shared_memory(handle, is_to_delete != 0);
  return SQLITE_OK;
}

int x_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* raw, int flags, int* flags_out) {
  FaultVfs::Disk& disk = disk_of(vfs);
  const std::lock_guard lock(disk.mutex);
  raw->pMethods = nullptr;
  if (const int code = disk.meet_fault(Call::open); code != SQLITE_OK) return code;
  // Files without a name are temporary and belong to one handle.
  std::shared_ptr<File> file;
  if (path == nullptr) {
    file = std::make_shared<File>();
  } else {
    std::shared_ptr<File>& known = disk.files[path];
    if (known == nullptr && (flags & SQLITE_OPEN_CREATE) == 0) {
      disk.files.erase(path);
      return SQLITE_CANTOPEN;
    }
    if (known == nullptr) known = std::make_shared<File>();
    file = known;
  }
  const bool is_temporary = path != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  new (raw) Handle{.base = {&disk.methods},
                   .disk = &disk,
                   .file = std::move(file),
                   .delete_on_close = is_temporary ? path : "",
                   .epoch = disk.epoch};
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}

int x_delete(sqlite3_vfs* vfs, const char* path, int) {
  FaultVfs::Disk& disk = disk_of(vfs);
  const std::lock_guard lock(disk.mutex);
  if (const int code = disk.meet_fault(Call::remove); code != SQLITE_OK) return code;
  const auto found = disk.files.find(path);
  if (found == disk.files.end()) return SQLITE_IOERR_DELETE_NOENT;
  disk.used -= found->second->current.size();
  disk.files.erase(found);
  return SQLITE_OK;
}

int x_access(sqlite3_vfs* vfs, const char* path, int, int* result) {
  FaultVfs::Disk& disk = disk_of(vfs);
  const std::lock_guard lock(disk.mutex);
  *result = disk.files.contains(path);
  return SQLITE_OK;
}

int x_full_pathname(sqlite3_vfs*, const char* path, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

int x_randomness(sqlite3_vfs* vfs, int size, char* out) {
  FaultVfs::Disk& disk = disk_of(vfs);
  const std::lock_guard lock(disk.mutex);
  for (int index = 0; index < size; ++index) out[index] = static_cast<char>(disk.random.next());
  return size;
}

int x_sleep(sqlite3_vfs*, int microseconds) {
  // No test waits by this: SQLite asks for it between its tries for a lock, and gives up after a
  // hundred. Whoever holds the lock, on another thread, needs the time.
  std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
  return microseconds;
}
int x_last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

int x_current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* now) {
  FaultVfs::Disk& disk = disk_of(vfs);
  const std::lock_guard lock(disk.mutex);
  *now = ++disk.now_ms;
  return SQLITE_OK;
}

int x_current_time(sqlite3_vfs* vfs, double* now) {
  sqlite3_int64 now_ms = 0;
  x_current_time_ms(vfs, &now_ms);
  *now = static_cast<double>(now_ms) / 86'400'000.0;
  return SQLITE_OK;
}

sqlite3_io_methods io_methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 2;
  methods.xClose = x_close;
  methods.xRead = x_read;
  methods.xWrite = x_write;
  methods.xTruncate = x_truncate;
  methods.xSync = x_sync;
  methods.xFileSize = x_file_size;
  methods.xLock = x_lock;
  methods.xUnlock = x_unlock;
  methods.xCheckReservedLock = x_check_reserved;
  methods.xFileControl = x_file_control;
  methods.xSectorSize = x_sector_size;
  methods.xDeviceCharacteristics = x_characteristics;
  methods.xShmMap = x_shm_map;
  methods.xShmLock = x_shm_lock;
  methods.xShmBarrier = x_shm_barrier;
  methods.xShmUnmap = x_shm_unmap;
  return methods;
}

sqlite3_vfs vfs_of(FaultVfs::Disk& disk) {
  sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = static_cast<int>(path_bytes_max);
  vfs.zName = disk.name.c_str();
  vfs.pAppData = &disk;
  vfs.xOpen = x_open;
  vfs.xDelete = x_delete;
  vfs.xAccess = x_access;
  vfs.xFullPathname = x_full_pathname;
  vfs.xRandomness = x_randomness;
  vfs.xSleep = x_sleep;
  vfs.xCurrentTime = x_current_time;
  vfs.xGetLastError = x_last_error;
  vfs.xCurrentTimeInt64 = x_current_time_ms;
  return vfs;
}

/// SQLite draws the salts of its WAL from one generator of the process. A seed of zero is taken
/// from the system.
void restart_sqlite_random(int seed) {
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, seed, nullptr);
  sqlite3_randomness(0, nullptr);
}

/// Part of a write, cut at sectors: those before or those after a random one.
void tear(Change& change, Random& random) {
  const std::size_t sectors = (change.bytes.size() + sector_bytes - 1) / sector_bytes;
  const std::size_t cut =
      std::min(change.bytes.size(), random.below(std::max<std::size_t>(sectors, 1)) * sector_bytes);
  if (random.below(2) == 0) {
    change.bytes.resize(cut);
  } else {
    change.bytes.erase(0, cut);
    change.offset += cut;
  }
}

}  // namespace

/// `keep_change` says of each change that was not synced whether it reached the disk all the same,
/// and may make it smaller.
template <typename KeepChange>
void FaultVfs::Disk::lose_power(const KeepChange& keep_change) {
  ++epoch;
  used = 0;
  for (auto entry = files.begin(); entry != files.end();) {
    File& before = *entry->second;
    // Open handles keep the file as it was; after the crash there is another.
    auto after = std::make_shared<File>();
    after->is_durable = before.is_durable;
    after->synced = std::move(before.synced);
    for (Change& change : before.changes) {
      if (!keep_change(change)) continue;
      apply_change(after->synced, change);
      after->is_durable = true;
    }
    if (!after->is_durable) {
      entry = files.erase(entry);
      continue;
    }
    after->current = after->synced;
    used += after->current.size();
    entry->second = std::move(after);
    ++entry;
  }
}

FaultVfs::FaultVfs(std::string name) : disk_(std::make_unique<Disk>()) {
  ENSURE(sqlite3_vfs_find(name.c_str()) == nullptr);
  disk_->name = std::move(name);
  disk_->methods = io_methods();
  disk_->vfs = vfs_of(*disk_);
  ENSURE(sqlite3_vfs_register(&disk_->vfs, 0) == SQLITE_OK);
  restart_sqlite_random(1);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&disk_->vfs);
  restart_sqlite_random(0);
}

const std::string& FaultVfs::name() const {
  return disk_->name;
}

void FaultVfs::crash() {
  const std::lock_guard lock(disk_->mutex);
  disk_->lose_power([](Change&) { return false; });
}

void FaultVfs::crash_tearing(std::uint64_t seed) {
  const std::lock_guard lock(disk_->mutex);
  Random random(seed);
  disk_->lose_power([&](Change& change) {
    const std::uint64_t fate = random.below(4);
    if (fate == 0 && !change.is_cut) tear(change, random);
    return fate <= 1;
  });
}

void FaultVfs::fail_call(std::uint64_t call, DiskFault fault, Repeat repeat) {
  const std::lock_guard lock(disk_->mutex);
  ENSURE(call > 0);
  disk_->fault_at = disk_->calls + call;
  disk_->fault = fault;
  disk_->repeat = repeat;
}

void FaultVfs::clear_faults() {
  const std::lock_guard lock(disk_->mutex);
  disk_->fault_at = 0;
}

std::uint64_t FaultVfs::call_count() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->calls;
}

void FaultVfs::set_sync(Sync sync) {
  const std::lock_guard lock(disk_->mutex);
  disk_->sync = sync;
}

void FaultVfs::set_capacity(std::uint64_t bytes) {
  const std::lock_guard lock(disk_->mutex);
  disk_->capacity = bytes;
}

std::vector<std::string> FaultVfs::files() const {
  const std::lock_guard lock(disk_->mutex);
  std::vector<std::string> names;
  for (const auto& [name, file] : disk_->files) names.push_back(name);
  return names;
}

std::string FaultVfs::contents(const std::string& file) const {
  const std::lock_guard lock(disk_->mutex);
  const auto found = disk_->files.find(file);
  return found == disk_->files.end() ? std::string() : found->second->current;
}

}  // namespace sojourn::testing
