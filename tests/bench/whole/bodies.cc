// SPDX-License-Identifier: Apache-2.0
//
// See bodies.h.
#include "tests/bench/whole/bodies.h"

#include <atomic>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/api/to_json.h"

namespace portcullis::bench {
namespace {

constexpr char kCreated[] = "2026-11-20T08:15:30Z";
constexpr std::string_view kPlace = "version-goes-here";

/// `text` with every "$NAME" of the pairs replaced.
std::string Fill(std::string text,
                 const std::vector<std::pair<std::string_view, std::string>>& values) {
  for (const auto& [name, value] : values) {
    for (size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

std::string NewUid() {
  static std::atomic<uint64_t> count{0};
  const std::string digits = std::to_string(++count);
  return "5f0c4a5e-7d21-4c6b-9a3e-" + std::string(12 - digits.size(), '0') + digits;
}

std::string LabelsText(const k8s::Labels& labels) {
  std::string text;
  for (const auto& [key, value] : labels) {
    text += text.empty() ? "\"" : ",\"";
    text.append(key).append("\":\"").append(value).append("\"");
  }
  return text;
}

/// Before and behind the digits of the version. The kind comes first, as servers write it.
Body Prepare(const std::string& kind,
             const k8s::ObjectMeta& meta,
             const std::string& more_meta,
             const std::string& rest) {
  const test::KindInfo* info = test::FindKind(kind);
  const std::string ns = meta.key.ns.empty() ? "" : R"("namespace":")" + meta.key.ns + "\",";
  return {{info,
           meta.key,
           R"({"kind":")" + kind + R"(","apiVersion":")" + info->api_version +
               R"(","metadata":{"name":")" + meta.key.name + "\"," + ns + R"("uid":")" + NewUid() +
               R"(","resourceVersion":")",
           R"(","creationTimestamp":")" + std::string(kCreated) + R"(","labels":{)" +
               LabelsText(meta.labels) + "}" + more_meta + "}," + rest + "}"},
          ""};
}

constexpr char kPodMeta[] =
    R"(,"generateName":"$APP-7d9c5b8f6-","annotations":{"checksum/config":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","prometheus.io/port":"9090","prometheus.io/scrape":"true"},)"
    R"("ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"$APP-7d9c5b8f6","uid":"0b3f9c4e-6a52-4f7e-8a55-3c2a1f0d9e77","controller":true,"blockOwnerDeletion":true}],)"
    R"("managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-11-20T08:15:30Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:checksum/config":{},"f:prometheus.io/port":{},"f:prometheus.io/scrape":{}},"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{},"f:tier":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"0b3f9c4e-6a52-4f7e-8a55-3c2a1f0d9e77\"}":{}}},)"
    R"("f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:env":{".":{},"k:{\"name\":\"DATABASE_URL\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"LOG_LEVEL\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"POD_IP\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}}},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}},"f:readinessProbe":{".":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{}},"f:resources":{".":{},"f:limits":{".":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}},)"
    R"({"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"2026-11-20T08:15:34Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{"k:{\"type\":\"ContainersReady\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:hostIPs":{},"f:phase":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"$IP\"}":{".":{},"f:ip":{}}},"f:startTime":{}}},"subresource":"status"}])";

constexpr char kPodSpec[] =
    R"("spec":{"volumes":[{"name":"config","configMap":{"name":"$APP-config","defaultMode":420}},{"name":"kube-api-access","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],)"
    R"("containers":[{"name":"app","image":"registry.example.com/team/$APP:1.42.7","args":["--listen=:8080","--config=/etc/app/config.yaml"],"ports":[{"name":"http","containerPort":8080,"protocol":"TCP"},{"name":"metrics","containerPort":9090,"protocol":"TCP"}],)"
    R"("env":[{"name":"DATABASE_URL","value":"postgres://db.$NS.svc.cluster.local:5432/app?sslmode=disable"},{"name":"LOG_LEVEL","value":"info"},{"name":"GOMAXPROCS","value":"2"},{"name":"POD_IP","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"}}},{"name":"POD_NAME","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}}],)"
    R"("resources":{"limits":{"memory":"512Mi"},"requests":{"cpu":"100m","memory":"256Mi"}},"volumeMounts":[{"name":"config","readOnly":true,"mountPath":"/etc/app"},{"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],)"
    R"("livenessProbe":{"httpGet":{"path":"/healthz","port":8080,"scheme":"HTTP"},"initialDelaySeconds":5,"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},"readinessProbe":{"httpGet":{"path":"/ready","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":5,"successThreshold":1,"failureThreshold":3},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent","securityContext":{"runAsNonRoot":true,"allowPrivilegeEscalation":false}},)"
    R"({"name":"proxy","image":"registry.example.com/platform/proxy:3.9.1","ports":[{"name":"admin","containerPort":9901,"protocol":"TCP"}],"env":[{"name":"SERVICE","value":"$APP"},{"name":"CLUSTER","value":"production-1"}],"resources":{"limits":{"memory":"128Mi"},"requests":{"cpu":"50m","memory":"64Mi"}},"volumeMounts":[{"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"readinessProbe":{"tcpSocket":{"port":9901},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],)"
    R"("restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","serviceAccount":"default",$NODE"securityContext":{},"schedulerName":"default-scheduler","tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"})";

constexpr char kPodStatus[] =
    R"({"phase":"$PHASE",$IPS"conditions":[{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-20T08:15:31Z"},{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-20T08:15:34Z"},{"type":"ContainersReady","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-20T08:15:34Z"},{"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-20T08:15:30Z"}],)"
    R"("hostIP":"192.168.66.1","startTime":"2026-11-20T08:15:30Z","containerStatuses":[{"name":"app","state":{"running":{"startedAt":"2026-11-20T08:15:33Z"}},"lastState":{},"ready":true,"restartCount":$REVISION,"image":"registry.example.com/team/$APP:1.42.7","imageID":"registry.example.com/team/$APP@sha256:3c5d0b1e8f4a49c2b9e7d6f1a0c8b7e6d5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0","containerID":"containerd://8c1f0e2d3b4a59687766554433221100ffeeddccbbaa99887766554433221100","started":true},)"
    R"({"name":"proxy","state":{"running":{"startedAt":"2026-11-20T08:15:33Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"registry.example.com/platform/proxy:3.9.1","imageID":"registry.example.com/platform/proxy@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9","containerID":"containerd://00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","started":true}],"qosClass":"Burstable"})";

std::string AppOf(const k8s::Pod& pod) {
  const auto found = pod.meta.labels.find("app");
  return found == pod.meta.labels.end() ? "none" : found->second;
}

std::string FirstAddress(const k8s::Pod& pod) {
  return pod.addresses.empty() ? "0.0.0.0" : pod.addresses.front().ToString();
}

std::string StatusText(const k8s::Pod& pod, size_t revision) {
  std::string ips;
  if (!pod.addresses.empty()) {
    const std::string ip = FirstAddress(pod);
    ips = R"("podIP":")" + ip + R"(","podIPs":[{"ip":")" + ip + R"("}],)";
  }
  const char* phase = pod.phase == k8s::PodPhase::kRunning ? "Running" : "Pending";
  return Fill(kPodStatus,
              {{"$PHASE", phase},
               {"$IPS", ips},
               {"$APP", AppOf(pod)},
               {"$REVISION", std::to_string(revision)}});
}

}  // namespace

Body PodBody(const k8s::Pod& pod, size_t revision) {
  const std::string app = AppOf(pod);
  const std::string node = pod.node_name.empty() ? "" : R"("nodeName":")" + pod.node_name + "\",";
  std::string meta = Fill(kPodMeta, {{"$APP", app}, {"$IP", FirstAddress(pod)}});
  if (pod.deleting) {
    meta += R"(,"deletionTimestamp":"2026-11-20T09:00:00Z","deletionGracePeriodSeconds":30)";
  }
  const std::string spec =
      Fill(kPodSpec, {{"$APP", app}, {"$NS", pod.meta.key.ns}, {"$NODE", node}});
  const std::string status = StatusText(pod, revision);
  Body body = Prepare("Pod", pod.meta, meta, spec + ",\"status\":" + status);
  body.status = status;
  return body;
}

Body NamespaceBody(const k8s::Namespace& ns) {
  return Prepare("Namespace",
                 ns.meta,
                 "",
                 R"("spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"})");
}

/// The version that to_json writes marks the place where one goes.
Body PolicyBody(k8s::NetworkPolicy policy) {
  policy.meta.resource_version = kPlace;
  const std::string text = test::ToJson(policy);
  const size_t at = text.find(kPlace);
  return {{test::FindKind("NetworkPolicy"),
           policy.meta.key,
           text.substr(0, at),
           text.substr(at + kPlace.size())},
          ""};
}

}  // namespace portcullis::bench
