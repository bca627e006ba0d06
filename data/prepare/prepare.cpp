// SPDX-License-Identifier: Apache-2.0
#include "prepare/source.h"
#include "prepare/split_preparer.h"
#include "prepare/target.h"

#include <fovea/core/error.h>
#include <fovea/core/io/npy.h>
#include <fovea/data/prepare.h>

#include <algorithm>
#include <filesystem>

namespace fovea {

namespace {

using namespace detail;

PreparedJob job_of(const PrepareOptions& options, const PrepareSources& sources) {
  return {.source = sources.train_path,
          .val = sources.val_path,
          .list = sources.list_hash(),
          .resize = sources.resize.value_or(0),
          .gray = options.gray,
          .exif = options.exif,
          .encode = options.encoding.to_string(),
          .shard_bytes = options.shard_bytes};
}

PreparedPart part_of(const PreparedSplit& split) {
  PreparedPart part{split.samples, static_cast<int64_t>(split.shards.size()),
                    static_cast<int64_t>(split.skipped.size()), 0};
  for (const ShardInfo& shard : split.shards) part.bytes += shard.bytes;
  return part;
}

PrepareResult result_of(const PreparedInfo& info) {
  PrepareResult result;
  result.classes = info.classes;
  result.train = part_of(info.split());
  if (info.val) result.val = part_of(*info.val);
  return result;
}

// One line for each file; what would end a field or a line becomes a blank.
std::string skipped_table(const PreparedInfo& info) {
  std::string text = "split\tfile\treason\n";
  const auto add = [&](const char* split, const std::vector<SkippedFile>& files) {
    for (const SkippedFile& file : files) {
      std::string line = file.file + "\n" + file.reason;
      for (char& c : line) c = c == '\t' || c == '\r' ? ' ' : c;
      line[file.file.size()] = '\t';
      std::replace(line.begin(), line.end(), '\n', ' ');
      text += std::string(split) + "\t" + line + "\n";
    }
  };
  add("train", info.skipped);
  if (info.val) add("val", info.val->skipped);
  return text;
}

void set_statistics(PreparedInfo& info, const std::string& folder,
                    const PreciseStatistics& statistics) {
  info.mean = statistics.mean;
  info.std_dev = statistics.std_dev;
  if (statistics.pca) {
    info.pca.emplace();
    info.pca->eigval.assign(statistics.pca->eigval.begin(), statistics.pca->eigval.end());
    for (const auto& vector : statistics.pca->eigvec)
      info.pca->eigvec.emplace_back(vector.begin(), vector.end());
  }
  info.mean_image = kMeanImageFile;
  write_file_atomically(file_in(folder, kMeanImageFile),
                        encode_npy(statistics.mean_image, info.image));
}

// Nothing when `go_on` said no.
std::optional<PreparedSplit> prepare_split(SplitJob job, ThreadPool& pool,
                                           const PrepareCallback& go_on,
                                           std::optional<PreciseStatistics>* statistics) {
  SplitPreparer preparer(std::move(job), pool);
  if (!preparer.run(go_on)) return std::nullopt;
  if (preparer.samples() == 0) {
    throw DataError("none of " + std::to_string(preparer.skipped().size()) +
                    " pictures can be read; the first, " + preparer.skipped()[0].file + ": " +
                    preparer.skipped()[0].reason);
  }
  if (statistics != nullptr) *statistics = preparer.statistics();
  return preparer.finish();
}

std::optional<PreparedInfo> prepare_all(const PrepareOptions& options,
                                        const PrepareSources& sources, const PreparedJob& job,
                                        const std::string& folder, const PrepareCallback& go_on) {
  ThreadPool pool(options.threads);
  SplitJob split{Split::train, sources.train,    sources.train_path,
                 folder,       options.encoding, options.shard_bytes};
  PreparedInfo info;
  info.job = job;
  info.classes = sources.train->classes();
  const Shape image = sources.train->image();
  info.image = {image[0], image[1], image[2]};
  std::optional<PreciseStatistics> statistics;
  const auto train = prepare_split(split, pool, go_on, &statistics);
  if (!train) return std::nullopt;
  static_cast<PreparedSplit&>(info) = *train;
  if (sources.val) {
    split.split = Split::val;
    split.source = sources.val;
    split.root = sources.val_path;
    info.val = prepare_split(split, pool, go_on, nullptr);
    if (!info.val) return std::nullopt;
  }
  set_statistics(info, folder, *statistics);
  return info;
}

}  // namespace

PrepareResult prepare(const PrepareOptions& options, const PrepareCallback& go_on) {
  const detail::PrepareSources sources = detail::open_sources(options);
  const detail::PreparedJob job = job_of(options, sources);
  const detail::PrepareTarget target(options.target);
  if (options.force) target.clear();
  if (const auto before = target.begin(job)) {
    PrepareResult result = result_of(*before);
    result.was_done = true;
    return result;
  }
  try {
    const auto info = prepare_all(options, sources, job, target.folder(), go_on);
    if (!info) return {.finished = false};
    write_file_atomically(detail::file_in(target.folder(), detail::kSkippedFile),
                          skipped_table(*info));
    target.finish(*info);
    return result_of(*info);
  } catch (const SystemError& error) {
    throw SystemError(std::string(error.what()) +
                      "\nWhat is finished stays: the same command goes on from there.");
  }
}

}  // namespace fovea
