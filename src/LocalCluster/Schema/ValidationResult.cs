namespace LocalCluster.Schema;

/// <summary>Errors so far, and how many checks were made: of alternatives that all fail, the one that got furthest is reported.</summary>
internal sealed class ValidationResult
{
    private readonly List<FieldError> errors = [];

    /// <summary>The errors, each once.</summary>
    public IReadOnlyList<FieldError> Errors => errors;

    /// <summary>The number of checks made.</summary>
    public int Checks { get; private set; }

    /// <summary>True when there are no errors.</summary>
    public bool IsValid => errors.Count == 0;

    /// <summary>Adds an error, unless it is already there.</summary>
    public void Add(FieldError error)
    {
        if (!errors.Contains(error))
        {
            errors.Add(error);
        }
    }

    /// <summary>Counts a check.</summary>
    public void Count() => Checks++;

    /// <summary>Adds another result.</summary>
    public void Merge(ValidationResult other)
    {
        foreach (var error in other.errors)
        {
            Add(error);
        }
        Checks += other.Checks;
    }

    /// <summary>The same count without the errors.</summary>
    public ValidationResult Forgiven() => new() { Checks = Checks };
}
