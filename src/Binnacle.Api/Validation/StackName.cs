namespace Binnacle.Api.Validation;

/// <summary>Names of stacks, with which the names of their objects begin.</summary>
internal static class StackName
{
    /// <summary>
    /// Pods of a StatefulSet have a label with its name and a hash of 10 characters, and a label's value has at most 63:
    /// that leaves so many for a stack whose StatefulSet is called STACK-alertmanager.
    /// </summary>
    private const int Longest = 63 - 11 - 13;

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    /// <remarks>
    /// Services are DNS labels: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
    /// </remarks>
    public static string? Problem(string name) =>
        name.Length <= Longest
        && name is [>= 'a' and <= 'z', ..]
        && name[^1] != '-'
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? null
            : $"'{name}' is no name for a stack, as Services and pods are named after it: use up to {Longest} lower case "
                + "letters, digits and dashes, a letter first and no dash last, such as main";
}
