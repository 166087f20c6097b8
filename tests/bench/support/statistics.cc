// SPDX-License-Identifier: Apache-2.0
//
// See statistics.h.
#include "tests/bench/support/statistics.h"

#include <algorithm>
#include <cmath>

namespace portcullis::bench {
namespace {

constexpr double kMedian = 0.5;
constexpr double kLow = 0.1;
constexpr double kHigh = 0.9;

}  // namespace

double Quantile(std::vector<double> samples, double fraction) {
  std::sort(samples.begin(), samples.end());
  const double place = fraction * static_cast<double>(samples.size() - 1);
  const auto below = static_cast<size_t>(std::floor(place));
  const size_t above = std::min(below + 1, samples.size() - 1);
  const double share = place - std::floor(place);
  return samples.at(below) + share * (samples.at(above) - samples.at(below));
}

Summary Summarise(const std::vector<double>& samples) {
  if (samples.empty()) {
    return {};
  }
  return {Quantile(samples, kMedian),
          Quantile(samples, kLow),
          Quantile(samples, kHigh),
          samples.size()};
}

std::vector<std::vector<double>> Alternate(size_t rounds,
                                           const std::vector<std::function<double()>>& cases) {
  std::vector<std::vector<double>> samples(cases.size());
  for (size_t round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < cases.size(); ++i) {
      const size_t turn = (i + round) % cases.size();
      samples.at(turn).push_back(cases.at(turn)());
    }
  }
  return samples;
}

std::vector<double> Ratios(const std::vector<double>& samples,
                           const std::vector<double>& baseline) {
  std::vector<double> ratios;
  for (size_t i = 0; i < samples.size(); ++i) {
    ratios.push_back(samples.at(i) / baseline.at(i));
  }
  return ratios;
}

}  // namespace portcullis::bench
