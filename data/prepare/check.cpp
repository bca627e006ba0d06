// SPDX-License-Identifier: Apache-2.0
// Looks through all of a prepared folder.
#include "picture_sums.h"
#include "prepare/shard_check.h"
#include "prepared_info.h"
#include "shard_index.h"

#include <fovea/core/error.h>
#include <fovea/core/io/sha256.h>
#include <fovea/core/thread_pool.h>
#include <fovea/data/picture_statistics.h>
#include <fovea/data/prepare.h>
#include <fovea/data/shard_dataset.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>

namespace fovea {

namespace {

using namespace detail;

constexpr int64_t kMostReported = 100;
constexpr int64_t kSamplesAtATime = 256;

class PreparedCheck {
 public:
  PreparedCheck(std::string folder, int threads,
                const std::function<void(const std::string&)>& report, const PrepareCallback& go_on)
      : folder_(std::move(folder)), pool_(threads), report_(report), go_on_(go_on) {}

  CheckResult run() {
    const PreparedInfo info = read_prepared_info(folder_);
    check_split(info, info.split(), Split::train);
    if (info.val && result_.finished) check_split(info, *info.val, Split::val);
    if (result_.found > kMostReported)
      report_("and " + std::to_string(result_.found - kMostReported) + " more");
    return result_;
  }

 private:
  // By any thread.
  void found(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (++result_.found <= kMostReported) report_(what);
  }
  // Runs `look`; what it throws as DataError is found.
  template <class Look>
  void guarded(Look&& look) {
    try {
      look();
    } catch (const DataError& error) {
      found(error.what());
    }
  }

  void check_split(const PreparedInfo& info, const PreparedSplit& split, Split use) {
    guarded([&] { check_index_file(folder_, split); });
    pool_.parallel_for(static_cast<int64_t>(split.shards.size()), [&](int64_t i, int) {
      guarded(
          [&] { check_shard(folder_, split, i, [&](const std::string& what) { found(what); }); });
    });
    guarded([&] { check_samples(info, *ShardDataset::open(folder_, use), use); });
  }

  void check_samples(const PreparedInfo& info, const Dataset& data, Split use) {
    const bool sums_wanted = use == Split::train && info.job.encode == "raw";
    PictureSums sums(data.image());
    std::vector<Image> images(static_cast<size_t>(kSamplesAtATime));
    for (int64_t begin = 0; begin < data.size(); begin += kSamplesAtATime) {
      if (go_on_ && !go_on_({use, begin, data.size(), 0})) {
        result_.finished = false;
        return;
      }
      const int64_t count = std::min(kSamplesAtATime, data.size() - begin);
      std::atomic<bool> all_read = true;
      pool_.parallel_for(count, [&](int64_t i, int) {
        try {
          data.read(begin + i, images[static_cast<size_t>(i)]);
        } catch (const DataError& error) {
          all_read = false;
          found(error.what());
        }
      });
      result_.samples += count;
      if (sums_wanted && all_read) add(sums, std::span(images).first(static_cast<size_t>(count)));
    }
    guarded([&] { check_statistics(data, sums); });
    if (go_on_) go_on_({use, data.size(), data.size(), 0});
  }

  void add(PictureSums& sums, std::span<const Image> images) {
    std::vector<const Image*> pointers;
    for (const Image& image : images) pointers.push_back(&image);
    sums.add(pointers, pool_);
  }

  // Of all pictures as they are stored, where that is known.
  void check_statistics(const Dataset& data, const PictureSums& sums) {
    const PictureStatistics stored = load_statistics(folder_);
    if (sums.count() != data.size()) return;
    const PreciseStatistics all = sums.statistics();
    const std::vector<float> mean(all.mean.begin(), all.mean.end());
    const std::vector<float> std_dev(all.std_dev.begin(), all.std_dev.end());
    if (mean != stored.mean || std_dev != stored.std_dev || all.mean_image != stored.mean_image)
      found(folder_ + ": mean and standard deviation are not those of the pictures");
  }

  std::string folder_;
  ThreadPool pool_;
  const std::function<void(const std::string&)>& report_;
  const PrepareCallback& go_on_;
  std::mutex mutex_;
  CheckResult result_;
};

}  // namespace

CheckResult check_prepared(const std::string& folder, int threads,
                           const std::function<void(const std::string&)>& report,
                           const PrepareCallback& go_on) {
  return PreparedCheck(detail::prepared_folder_of(folder), threads, report, go_on).run();
}

}  // namespace fovea
