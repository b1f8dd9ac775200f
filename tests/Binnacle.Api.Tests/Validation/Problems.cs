using System.Text.Json;
using Binnacle.Api.Validation;
using Kubernetes.Models;

namespace Binnacle.Api.Tests.Validation;

/// <summary>Runs a validator on a spec as a user would write it.</summary>
internal static class Problems
{
    public static IReadOnlyList<FieldProblem> Of<T>(string spec)
        where T : KubernetesObject, IKubernetesObject<T> =>
        ResourceValidator.Validate(
            JsonSerializer.Deserialize(
                $$"""{"metadata":{"name":"a","namespace":"b"},"spec":{{spec}} }""",
                T.JsonTypeInfo
            )!
        );

    /// <summary>Exactly one problem, at this field, with these words.</summary>
    public static void ShouldBeOne(
        this IReadOnlyList<FieldProblem> problems,
        string field,
        string words,
        ProblemSeverity severity = ProblemSeverity.Error
    )
    {
        var all = string.Join('\n', problems);
        problems.Count.ShouldBe(1, all);
        problems[0].Field.ShouldBe(field, all);
        problems[0].Message.ShouldContain(words);
        problems[0].Severity.ShouldBe(severity);
    }
}
