// SPDX-License-Identifier: Apache-2.0
//
// See diff.h.
#include "controller/cli/diff.h"

#include <utility>

#include "controller/cli/complaint.h"
#include "controller/cli/difference_text.h"
#include "controller/cli/load_objects.h"
#include "controller/cli/object_key.h"
#include "controller/cli/terminal.h"
#include "controller/insight/difference.h"
#include "controller/insight/proposal.h"
#include "controller/process/exit_codes.h"

namespace portcullis::cli {
namespace {

Result<insight::Proposal> ReadProposal(const DiffOptions& options, const std::string& name_space) {
  insight::Proposal proposal;
  if (!options.files.empty()) {
    auto applied = ReadFiles(options.files, name_space);
    if (!applied) {
      return Fail(applied.error());
    }
    proposal.applied = std::move(*applied);
  }
  for (const std::string& name : options.deleted) {
    proposal.deleted.push_back(KeyOf(name, name_space));
  }
  return proposal;
}

Result<insight::Proposed> Propose(const DiffOptions& options) {
  auto present = LoadObjects(options.against, options.default_namespace);
  if (!present) {
    return Fail(present.error());
  }
  const auto proposal = ReadProposal(options, present->name_space);
  return proposal ? Put(*proposal, std::move(present->objects)) : Fail(proposal.error());
}

}  // namespace

int Diff(const DiffOptions& options) {
  const auto proposed = Propose(options);
  if (!proposed) {
    return Complain(proposed.error(), kExitNoAnswer);
  }
  const policy::World before(proposed->before);
  const policy::World after(proposed->after);
  const auto difference = insight::Compare(before, after);
  const DifferenceContext context{proposed->changes, insight::FindingsOfChange(before, after)};
  if (!Print(options.output == DiffOutput::kJson
                 ? ToJson(difference, context)
                 : ToText(difference, context, StandardOutput().colour))) {
    return kExitNoAnswer;
  }
  return difference.empty() ? kExitOk : kExitNo;
}

}  // namespace portcullis::cli
