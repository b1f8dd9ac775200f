using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Tables;

/// <summary>READY, STATUS and RESTARTS of a pod, by the rules of Kubernetes' printer.</summary>
internal static class PodColumns
{
    public static JsonNode? Ready(JsonObject pod)
    {
        var total = pod.Obj("spec").Arr("containers")?.Count ?? 0;
        var ready = Statuses(pod, "containerStatuses")
            .Count(status => status.Bool("ready") == true && status.At("state", "running") is not null);
        return $"{ready}/{total}";
    }

    public static JsonNode? Restarts(JsonObject pod, DateTimeOffset now)
    {
        var statuses = Statuses(pod, "containerStatuses").ToList();
        var count = statuses.Sum(status => status.Long("restartCount") ?? 0);
        var last = statuses
            .Select(status => KubernetesTime.Parse(status.At("lastState", "terminated", "finishedAt").Text()))
            .Max();
        return count > 0 && last is { } time ? $"{count} ({HumanDuration.Format(now - time)} ago)" : $"{count}";
    }

    public static JsonNode? Status(JsonObject pod)
    {
        var status = pod.Obj("status");
        var reason = status.Str("reason") is { Length: > 0 } own ? own : status.Str("phase") ?? "Unknown";
        var initializing = InitReason(pod, ref reason);
        if (!initializing)
        {
            reason = ContainerReason(pod, reason);
        }

        if (pod.Metadata()["deletionTimestamp"] is not null && status.Str("phase") is not ("Succeeded" or "Failed"))
        {
            return status.Str("reason") == "NodeLost" ? "Unknown" : "Terminating";
        }

        return reason;
    }

    private static bool InitReason(JsonObject pod, ref string reason)
    {
        var total = pod.Obj("spec").Arr("initContainers")?.Count ?? 0;
        var index = 0;
        foreach (var container in Statuses(pod, "initContainerStatuses"))
        {
            var state = container.Obj("state");
            if (state.Obj("terminated") is { } terminated)
            {
                if (terminated.Long("exitCode") == 0)
                {
                    index++;
                    continue;
                }

                reason = "Init:" + Terminated(terminated);
                return true;
            }

            var waiting = state.Obj("waiting").Str("reason");
            reason = waiting is { Length: > 0 } and not "PodInitializing" ? "Init:" + waiting : $"Init:{index}/{total}";
            return true;
        }

        return false;
    }

    private static string ContainerReason(JsonObject pod, string reason)
    {
        var running = false;
        foreach (var container in Statuses(pod, "containerStatuses").Reverse())
        {
            var state = container.Obj("state");
            if (state.Obj("waiting").Str("reason") is { Length: > 0 } waiting)
            {
                reason = waiting;
            }
            else if (state.Obj("terminated") is { } terminated)
            {
                reason = Terminated(terminated);
            }
            else if (container.Bool("ready") == true && state.Obj("running") is not null)
            {
                running = true;
            }
        }

        if (reason == "Completed" && running)
        {
            var ready = pod.Obj("status").Objects("conditions").FirstOrDefault(c => c.Str("type") == "Ready");
            return ready?.Str("status") == "True" ? "Running" : "NotReady";
        }

        return reason;
    }

    private static string Terminated(JsonObject terminated) =>
        terminated.Str("reason") is { Length: > 0 } reason ? reason
        : terminated.Long("signal") is { } signal and > 0 ? $"Signal:{signal}"
        : $"ExitCode:{terminated.Long("exitCode") ?? 0}";

    private static IEnumerable<JsonObject> Statuses(JsonObject pod, string name) => pod.Obj("status").Objects(name);
}
