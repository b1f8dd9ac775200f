using Kubernetes.Models;

namespace Binnacle.Operator.Reporting;

/// <summary>Conditions as a status carries them: the time of a condition moves only when its status does.</summary>
internal static class ConditionList
{
    /// <summary>The list for the given judgements.</summary>
    public static IReadOnlyList<Condition> Of(
        IEnumerable<(string Type, Judgement Judgement)> judgements,
        IReadOnlyList<Condition>? before,
        long generation,
        DateTimeOffset now
    ) =>
        [
            .. judgements.Select(item =>
            {
                var old = before?.FirstOrDefault(condition => condition.Type == item.Type);
                return new Condition
                {
                    Type = item.Type,
                    Status = item.Judgement.Status,
                    Reason = item.Judgement.Reason,
                    Message = Short(item.Judgement.Message),
                    ObservedGeneration = generation,
                    LastTransitionTime =
                        old?.Status == item.Judgement.Status && old.LastTransitionTime is { } since ? since : now,
                };
            }),
        ];

    /// <summary>The API allows 32,768 characters; a screen shows fewer.</summary>
    private static string Short(string message) => message.Length <= 2048 ? message : message[..2047] + "…";
}
