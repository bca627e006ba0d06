// SPDX-License-Identifier: Apache-2.0
// The folder that is prepared: what may be in it, and what becomes of it.
#pragma once

#include "prepared_info.h"

#include <fovea/core/io/file_lock.h>

#include <optional>
#include <string>

namespace fovea::detail {

// Holds a lock as long as it lives.
class PrepareTarget {
 public:
  // Makes the folder. Throws ConfigError when another process prepares it.
  explicit PrepareTarget(std::string folder);

  const std::string& folder() const { return folder_; }

  // Removes all that prepare writes.
  void clear() const;
  // What is in the folder when this very job is finished. Else makes it ready to begin or go on
  // with the job, and gives nothing. Throws ConfigError when it holds another job, or files that
  // prepare did not write.
  std::optional<PreparedInfo> begin(const PreparedJob& job) const;
  // Writes dataset.json, which makes the folder a data set, and removes what was for going on.
  void finish(const PreparedInfo& info) const;

 private:
  void remove_temporary_files() const;

  std::string folder_;
  FileLock lock_;
};

}  // namespace fovea::detail
