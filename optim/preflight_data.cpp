// SPDX-License-Identifier: Apache-2.0
#include "preflight_parts.h"

#include <fovea/core/error.h>
#include <fovea/core/io/sha256.h>
#include <fovea/core/number_text.h>

#include <algorithm>
#include <map>

namespace fovea {

namespace {

using Verdict = PreflightFinding::Verdict;

constexpr int64_t kLookedAt = 256;
constexpr int64_t kUneven = 10;  // times as many pictures in one class as in another

void check_classes(const Dataset& data, PreflightFindings& findings) {
  const std::vector<int64_t> sizes = class_sizes(data);
  const auto [fewest, most] = std::ranges::minmax_element(sizes);
  const auto name = [&](auto size) {
    return data.classes()[static_cast<size_t>(size - sizes.begin())];
  };
  std::string text = grouped_text(data.size()) + " pictures in " + std::to_string(sizes.size()) +
                     " classes, " + grouped_text(*fewest) + " to " + grouped_text(*most) +
                     " in each";
  if (*fewest == 0) {
    add(findings, Verdict::note, "classes", text + "; none of \"" + name(fewest) + "\"",
        "pictures of that class, or fewer classes; nothing can be learned of it");
  } else if (*most > kUneven * *fewest) {
    add(findings, Verdict::note, "classes",
        text + "; fewest of \"" + name(fewest) + "\", most of \"" + name(most) + "\"",
        "data.sampling=balanced or train.class_weights=balanced, unless accuracy over all pictures "
        "is what counts");
  } else {
    add(findings, Verdict::good, "classes", text);
  }
}

bool one_colour(const Image& image) {
  for (size_t i = static_cast<size_t>(image.channels); i < image.pixels.size(); i++)
    if (image.pixels[i] != image.pixels[i - static_cast<size_t>(image.channels)]) return false;
  return true;
}

// What a few pictures spread over the data are like.
struct Sampled {
  int64_t read = 0, plain = 0, twice = 0, disagreeing = 0;
  std::vector<std::string> unreadable;  // why
  std::map<std::string, int32_t> seen;  // by the hash of the pixels

  void add(const Dataset& data, int64_t i, Image& image) {
    try {
      data.read(i, image);
    } catch (const DataError& error) {
      unreadable.push_back(error.what());
      return;
    }
    read++;
    if (one_colour(image)) plain++;
    const std::string hash = Sha256().update(std::as_bytes(std::span(image.pixels))).hex();
    const auto [it, fresh] = seen.emplace(hash, data.label(i));
    if (fresh) return;
    twice++;
    if (it->second != data.label(i)) disagreeing++;
  }
};

void check_pictures(const Dataset& data, PreflightFindings& findings) {
  Sampled sampled;
  Image image;
  const int64_t count = std::min(kLookedAt, data.size());
  for (int64_t k = 0; k < count; k++) sampled.add(data, k * data.size() / count, image);
  std::string text = grouped_text(count) + " looked at";
  if (!sampled.unreadable.empty()) {
    for (size_t i = 0; i < std::min<size_t>(3, sampled.unreadable.size()); i++)
      text += "; " + sampled.unreadable[i];
    add(findings, Verdict::bad, "pictures",
        text + "; " + std::to_string(sampled.unreadable.size()) + " in all cannot be read",
        "`fovea prepare` leaves such files out and lists them; data.bad_files=skip trains on the "
        "rest");
    findings.back().of_data = true;
    return;
  }
  if (sampled.disagreeing > 0) {
    add(findings, Verdict::note, "pictures",
        text + "; " + std::to_string(sampled.disagreeing) + " are equal to one of another class",
        "each picture in one class only");
  } else if (sampled.twice > 0 || sampled.plain > 0) {
    add(findings, Verdict::note, "pictures",
        text + "; " + std::to_string(sampled.twice) + " are there twice, " +
            std::to_string(sampled.plain) + " are of one colour",
        "copies on both sides of a validation split make its result look better than it is");
  } else {
    add(findings, Verdict::good, "pictures", text + ", all different, all can be read");
  }
}

}  // namespace

void check_data(const RunConfig& config, PreflightFindings& findings) {
  const DataOptions& options = config.options.data;
  const auto data = make_dataset(
      options.train, Split::train,
      options.classes ? options.classes->load() : std::vector<std::string>(), options.pictures());
  check_classes(*data, findings);
  check_pictures(*data, findings);
}

}  // namespace fovea
