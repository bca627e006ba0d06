// SPDX-License-Identifier: Apache-2.0
// The pictures that are prepared.
#pragma once

#include <fovea/data/prepare.h>

#include <memory>
#include <optional>
#include <string>

namespace fovea::detail {

struct PrepareSources {
  std::string train_path, val_path;  // absolute; empty val_path: there is none
  std::shared_ptr<const Dataset> train, val;
  std::optional<int64_t> resize;  // none: the source's own size

  // SHA-256 of classes, names and labels.
  std::string list_hash() const;
};

// Throws DataError or ConfigError when there are none, or the target folder and they overlap.
PrepareSources open_sources(const PrepareOptions& options);

}  // namespace fovea::detail
