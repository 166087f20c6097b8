// SPDX-License-Identifier: Apache-2.0
//
// From samples to the three numbers that a benchmark prints, and the order in which cases are
// measured. On a machine that others use, a mean says little: the median is the value, the tenth
// and ninetieth percentile are the spread, and cases that are compared take turns.
#ifndef PORTCULLIS_TESTS_BENCH_SUPPORT_STATISTICS_H_
#define PORTCULLIS_TESTS_BENCH_SUPPORT_STATISTICS_H_

#include <cstddef>
#include <functional>
#include <vector>

namespace portcullis::bench {

struct Summary {
  double value = 0;  ///< The median.
  double low = 0;    ///< The tenth percentile.
  double high = 0;   ///< The ninetieth percentile.
  size_t samples = 0;
};

/// The value that a share `fraction` of the samples does not exceed, interpolated between
/// neighbours. REQUIRES: samples is not empty; fraction is 0 to 1.
[[nodiscard]] double Quantile(std::vector<double> samples, double fraction);

/// All zero where there are no samples.
[[nodiscard]] Summary Summarise(const std::vector<double>& samples);

/// Measures each case once a round, in an order that turns from round to round, so that a slow
/// moment of the machine meets all of them alike. Returns the samples of each case, by its place.
[[nodiscard]] std::vector<std::vector<double>> Alternate(
    size_t rounds, const std::vector<std::function<double()>>& cases);

/// Round by round, the samples of one case divided by those of another.
/// REQUIRES: both are of the same Alternate().
[[nodiscard]] std::vector<double> Ratios(const std::vector<double>& samples,
                                         const std::vector<double>& baseline);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_SUPPORT_STATISTICS_H_
