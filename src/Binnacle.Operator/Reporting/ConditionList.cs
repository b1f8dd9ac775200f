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
                    Message = Text(item.Judgement.Message),
                    ObservedGeneration = generation,
                    LastTransitionTime =
                        old?.Status == item.Judgement.Status && old.LastTransitionTime is { } since ? since : now,
                };
            }),
        ];

    /// <summary>
    /// A message as it stands in a condition: without what changes from one moment to the next, and no longer than a
    /// screen (the API allows 32,768 characters).
    /// </summary>
    public static string Text(string message)
    {
        var words = Steady.Words(message);
        return words.Length <= 2048 ? words : words[..2047] + "…";
    }
}
