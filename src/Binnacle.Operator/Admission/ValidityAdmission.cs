using Binnacle.Api;
using Binnacle.Api.Validation;
using Binnacle.Operator.Observing;
using Binnacle.PromQL;
using Binnacle.Rendering.Rules;
using Kubernetes.Models;
using Kubernetes.Runtime.Webhooks;

namespace Binnacle.Operator.Admission;

/// <summary>
/// Refuses objects that the operator would not take, with the words in which it would say so later. An update is refused
/// for what it makes wrong, not for what was wrong before: nobody is to be kept from removing a finalizer, or from
/// mending one thing at a time.
/// </summary>
/// <param name="environmentOf">Tells what is known of the stack that takes a rule.</param>
internal sealed class ValidityAdmission(Func<AlertRule, RuleEnvironment> environmentOf) : IAdmissionHandler
{
    /// <inheritdoc />
    public Task<AdmissionVerdict> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Review(request));

    internal AdmissionVerdict Review(AdmissionRequest request)
    {
        if (AdmissionObjects.Read(request, out var verdict) is not { } objects)
        {
            return verdict;
        }

        if (objects.SameSpec)
        {
            return AdmissionVerdict.Allow;
        }

        var environment = objects.New is AlertRule rule ? environmentOf(rule) : RuleEnvironment.Unknown;
        var problems = ResourceCheck.Problems(objects.New, environment);
        var before = objects.Old is null
            ? []
            : ResourceCheck.Problems(objects.Old, environment, deep: true).ToHashSet();
        var warnings = problems.Where(problem => !problem.IsError).Select(OneLine);
        var stillWrong = problems
            .Where(problem => problem.IsError && before.Contains(problem))
            .Select(problem => $"still wrong: {OneLine(problem)}");
        List<string> remarks = [.. warnings, .. stillWrong];
        List<StatusCause> causes =
        [
            .. problems
                .Where(problem => problem.IsError && !before.Contains(problem))
                .Select(problem => new StatusCause
                {
                    Reason = "FieldValueInvalid",
                    Field = problem.Field,
                    Message = problem.Text,
                }),
        ];
        return causes.Count == 0
            ? AdmissionVerdict.AllowWith(remarks)
            : AdmissionVerdict.Invalid(
                request.Kind!.Kind!,
                request.Name ?? objects.New.Metadata.Name ?? objects.New.Metadata.GenerateName ?? "",
                causes,
                remarks
            );
    }

    /// <summary>A warning travels in a header of the answer, which has no lines: an excerpt is marked in its line.</summary>
    private static string OneLine(FieldProblem problem)
    {
        var text = problem.ToString();
        var feed = text.IndexOf('\n', StringComparison.Ordinal);
        return feed < 0 ? text : $"{text[..feed]}: {SourceExcerpt.OnOneLine(text[(feed + 1)..])}";
    }
}
