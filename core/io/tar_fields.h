// SPDX-License-Identifier: Apache-2.0
// Where the fields of a tar header are (POSIX.1-2008, pax, "ustar Interchange Format").
#pragma once

#include <cstddef>
#include <string_view>

namespace fovea::detail::tar {

struct Field {
  size_t offset, size;

  constexpr std::string_view of(std::string_view header) const {
    return header.substr(offset, size);
  }
};

inline constexpr Field kName{0, 100}, kMode{100, 8}, kOwner{108, 8}, kGroup{116, 8}, kSize{124, 12},
    kTime{136, 12}, kChecksum{148, 8}, kType{156, 1}, kMagic{257, 8}, kPrefix{345, 155};

// GNU's own headers say "ustar  ", and have no prefix.
inline constexpr std::string_view kPosixMagic{"ustar", 6};

}  // namespace fovea::detail::tar
