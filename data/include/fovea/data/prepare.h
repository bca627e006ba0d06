// SPDX-License-Identifier: Apache-2.0
// Packs pictures into tar shards that are fast to read, and finds their statistics on the way;
// docs/prepared-data.md describes what is written.
#pragma once

#include <fovea/data/dataset.h>
#include <fovea/data/image_file.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// How a picture's pixels are stored.
struct PictureEncoding {
  int jpeg_quality = 90;  // 1..100; 0: raw pixels, as PPM or PGM

  bool raw() const { return jpeg_quality == 0; }
  std::string to_string() const;  // "jpeg:90", "raw"
  // Throws ConfigError for anything else.
  static PictureEncoding parse(const std::string& text);
};

struct PrepareOptions {
  std::string source;  // what data.train may be; a folder with "train" and "val" in it is both
  std::string val;     // what data.val may be; empty: what `source` has of it
  std::string target;  // a folder
  // The shorter side becomes so long, then the centre is taken. None: 256 for picture files, and
  // pictures of other data sets keep their size.
  std::optional<int64_t> size;
  bool gray = false;  // picture files: one channel, not three
  Exif exif = Exif::ignore;
  PictureEncoding encoding;
  uint64_t shard_bytes = uint64_t{1} << 30;  // a shard has no more, unless a picture alone does
  int threads = 0;                           // 0: all processors that this process may use
  bool force = false;                        // begin anew, whatever the target holds of prepare
};

struct PrepareStep {
  Split split = Split::train;
  int64_t done = 0, total = 0, skipped = 0;  // pictures
};

struct PreparedPart {
  int64_t samples = 0, shards = 0, skipped = 0;
  uint64_t bytes = 0;
};

struct PrepareResult {
  bool finished = true;   // false: `go_on` said no
  bool was_done = false;  // the target held the same already
  std::vector<std::string> classes;
  PreparedPart train, val;  // no samples of val: there is none

  int64_t skipped() const { return train.skipped + val.skipped; }
};

// Called between pieces of the work; false ends it. The same options go on from there.
using PrepareCallback = std::function<bool(const PrepareStep&)>;

// The result depends on neither threads nor interruptions: what is killed, or finds the disk full,
// goes on when it is called again with the same options, and makes the same bytes. Pictures that
// cannot be read are left out, and listed with the reason in dataset.json and skipped.tsv. Throws
// DataError when there is no source or no picture in it, ConfigError when the target holds
// something else or another process is at work on it, SystemError when it cannot be written.
PrepareResult prepare(const PrepareOptions& options, const PrepareCallback& go_on = {});

struct CheckResult {
  int64_t samples = 0;  // looked at
  int64_t found = 0;    // things that are wrong
  bool finished = true;
};

// Reads all of a prepared folder: every file's SHA-256, every archive's structure, every picture's
// checksum, label and pixels, and of raw pictures the statistics. `report` gets a line for each
// thing that is wrong. Throws DataError when dataset.json itself cannot be read.
CheckResult check_prepared(const std::string& folder, int threads,
                           const std::function<void(const std::string&)>& report,
                           const PrepareCallback& go_on = {});

}  // namespace fovea
