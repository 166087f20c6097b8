// SPDX-License-Identifier: Apache-2.0
//
// See explain.h.
#include "controller/cli/explain.h"

#include <optional>
#include <string>

#include "controller/cli/complaint.h"
#include "controller/cli/explanation_json.h"
#include "controller/cli/load_objects.h"
#include "controller/cli/terminal.h"
#include "controller/insight/explanation_text.h"
#include "controller/insight/kernel_check_text.h"
#include "controller/policy/compile.h"
#include "controller/process/capability.h"
#include "controller/process/exit_codes.h"
#include "nft/mnl_kernel.h"

namespace portcullis::cli {
namespace {

/// Before a thread is started, as it is for this thread and those it starts later.
Result<void> PrepareCheck(const ExplainOptions& options) {
  if (!options.check_kernel) {
    return {};
  }
  if (options.node_name.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "--check-kernel needs this node's name as the API server has it: give --node-name, "
                "or set NODE_NAME");
  }
  return RaiseNetAdmin();
}

Result<std::optional<nft::Ruleset>> DumpTable() {
  auto kernel = nft::MnlKernel::Open();
  if (!kernel) {
    return Fail(kernel.error());
  }
  auto snapshot = kernel->Dump(policy::kTableName);
  return snapshot ? Result<std::optional<nft::Ruleset>>(std::move(snapshot->table))
                  : Fail(snapshot.error());
}

/// Nothing where it was not asked for.
Result<std::optional<insight::KernelCheck>> Check(const ExplainOptions& options,
                                                  const policy::World& world,
                                                  const insight::Explanation& explanation) {
  if (!options.check_kernel) {
    return std::optional<insight::KernelCheck>();
  }
  const auto table = DumpTable();
  if (!table) {
    return Fail(table.error());
  }
  policy::CompileOptions compile_options;
  compile_options.node_name = options.node_name;
  return std::optional(insight::CheckKernel(
      explanation, options.node_name, *table, policy::Compile(world, compile_options)));
}

std::string Written(const insight::Explanation& explanation,
                    const std::optional<insight::KernelCheck>& check,
                    ExplainOutput output) {
  if (output == ExplainOutput::kJson) {
    return ToJson(explanation, check ? &*check : nullptr);
  }
  const bool colour = StandardOutput().colour;
  return insight::ToText(explanation, colour) + (check ? ToText(*check, colour) : "");
}

}  // namespace

int Explain(const ExplainOptions& options) {
  if (const auto prepared = PrepareCheck(options); !prepared) {
    return Complain(prepared.error(), kExitNoAnswer);
  }
  insight::QuestionText question = options.question;
  const auto loaded = LoadObjects(options.source, question.default_namespace);
  if (!loaded) {
    return Complain(loaded.error(), kExitNoAnswer);
  }
  question.default_namespace = loaded->name_space;
  const policy::World world(loaded->objects);
  const auto explanation = insight::Explain(world, question);
  if (!explanation) {
    return Complain(explanation.error(), kExitNoAnswer);
  }
  const auto check = Check(options, world, *explanation);
  if (!check) {
    return Complain(check.error(), kExitNoAnswer);
  }
  if (!Print(Written(*explanation, *check, options.output))) {
    return kExitNoAnswer;
  }
  if (*check && !(*check)->agrees()) {
    return kExitDiffers;
  }
  return explanation->allowed() ? kExitOk : kExitNo;
}

}  // namespace portcullis::cli
