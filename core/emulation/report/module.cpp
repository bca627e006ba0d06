// SPDX-License-Identifier: Apache-2.0
#include "report/module.h"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>

namespace cuda_emulation {

// A visit of the loaded modules.
struct ModuleScan {
  uintptr_t address = 0;
  std::unique_ptr<Module> found;

  static int visit(dl_phdr_info* info, size_t, void* scan) {
    return static_cast<ModuleScan*>(scan)->consider(*info);
  }

  int consider(const dl_phdr_info& info) {
    auto module = std::make_unique<Module>();
    module->load_address_ = info.dlpi_addr;
    for (int i = 0; i < info.dlpi_phnum; ++i) {
      const auto& header = info.dlpi_phdr[i];
      const uintptr_t low = info.dlpi_addr + header.p_vaddr;
      if (header.p_type == PT_LOAD) module->ranges_.push_back({low, low + header.p_memsz});
      if (header.p_type == PT_TLS) module->thread_local_size_ = header.p_memsz;
    }
    if (!module->holds(reinterpret_cast<const void*>(address))) return 0;
    module->thread_local_id_ = info.dlpi_tls_modid;
    module->file_ = info.dlpi_name && *info.dlpi_name ? info.dlpi_name : "/proc/self/exe";
    found = std::move(module);
    return 1;
  }
};

namespace {

class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct stat status {};
    if (fstat(file, &status) == 0 && status.st_size > 0) {
      void* mapping = mmap(nullptr, size_t(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
      if (mapping != MAP_FAILED) {
        data_ = static_cast<const char*>(mapping);
        size_ = size_t(status.st_size);
      }
    }
    close(file);
  }
  MappedFile(const MappedFile&) = delete;
  ~MappedFile() {
    if (data_) munmap(const_cast<char*>(data_), size_);
  }

  // `count` objects at an offset, or null if the file is too short for them.
  template <class T>
  const T* at(uint64_t offset, uint64_t count = 1) const {
    if (offset > size_ || count > (size_ - offset) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(data_ + offset);
  }

 private:
  const char* data_ = nullptr;
  size_t size_ = 0;
};

void sort(std::vector<Symbol>& symbols) {
  std::sort(symbols.begin(), symbols.end(),
            [](const Symbol& a, const Symbol& b) { return a.offset < b.offset; });
}

const Symbol* last_before(const std::vector<Symbol>& symbols, uintptr_t offset) {
  const auto after =
      std::upper_bound(symbols.begin(), symbols.end(), offset,
                       [](uintptr_t value, const Symbol& symbol) { return value < symbol.offset; });
  return after == symbols.begin() ? nullptr : &*std::prev(after);
}

const Symbol* covering(const std::vector<Symbol>& symbols, uintptr_t offset) {
  const Symbol* symbol = last_before(symbols, offset);
  return symbol && offset - symbol->offset < symbol->size ? symbol : nullptr;
}

}  // namespace

void Module::read_symbols() {
  const MappedFile file(file_);
  const auto* header = file.at<ElfW(Ehdr)>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return;
  const auto* sections = file.at<ElfW(Shdr)>(header->e_shoff, header->e_shnum);
  if (!sections) return;
  for (int i = 0; i < header->e_shnum; ++i) {
    if (sections[i].sh_type != SHT_SYMTAB || sections[i].sh_link >= header->e_shnum) continue;
    const auto& strings = sections[sections[i].sh_link];
    const size_t count = sections[i].sh_size / sizeof(ElfW(Sym));
    const auto* symbols = file.at<ElfW(Sym)>(sections[i].sh_offset, count);
    const auto* names = file.at<char>(strings.sh_offset, strings.sh_size);
    if (!symbols || !names) return;
    for (size_t k = 0; k < count; ++k) {
      const auto& symbol = symbols[k];
      if (symbol.st_name >= strings.sh_size || symbol.st_shndx == SHN_UNDEF) continue;
      auto* list = ELF64_ST_TYPE(symbol.st_info) == STT_FUNC     ? &functions_
                   : ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT ? &variables_
                   : ELF64_ST_TYPE(symbol.st_info) == STT_TLS    ? &thread_locals_
                                                                 : nullptr;
      if (list && symbol.st_size)
        list->push_back({symbol.st_value, symbol.st_size, names + symbol.st_name});
    }
  }
  sort(functions_);
  sort(variables_);
  sort(thread_locals_);
}

bool Module::holds(const void* address) const {
  const auto value = reinterpret_cast<uintptr_t>(address);
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const Range& range) { return value >= range.low && value < range.high; });
}

const Module* Module::containing(const void* address) {
  static std::mutex& mutex = *new std::mutex;
  static auto& known = *new std::vector<std::unique_ptr<Module>>;
  const std::lock_guard<std::mutex> lock(mutex);
  for (const auto& module : known) {
    if (module->holds(address)) return module.get();
  }
  ModuleScan scan;
  scan.address = reinterpret_cast<uintptr_t>(address);
  dl_iterate_phdr(&ModuleScan::visit, &scan);
  if (!scan.found) return nullptr;
  scan.found->read_symbols();
  known.push_back(std::move(scan.found));
  return known.back().get();
}

char* Module::thread_local_segment() const {
  if (!thread_local_size_) return nullptr;
  struct Search {
    size_t id;
    char* segment;
  } search{thread_local_id_, nullptr};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto* search = static_cast<Search*>(data);
        if (info->dlpi_tls_modid != search->id) return 0;
        search->segment = static_cast<char*>(info->dlpi_tls_data);
        return 1;
      },
      &search);
  return search.segment;
}

const Symbol* Module::function_at(const void* address) const {
  return covering(functions_, reinterpret_cast<uintptr_t>(address) - load_address_);
}

const Symbol* Module::variable_at(const void* address) const {
  return covering(variables_, reinterpret_cast<uintptr_t>(address) - load_address_);
}

const Symbol* Module::thread_local_at(uintptr_t offset) const {
  return last_before(thread_locals_, offset);
}

}  // namespace cuda_emulation
